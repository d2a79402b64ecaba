"""Train: Latent semantic analysis, on TermCounts.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_term_counts
from model import chance as build_chance
from model import lsa as build_lsa
from runtime import Data, Run, launch
from steps import Decompose, Evaluate, Neighbours

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 1033
EVAL_BATCH_SIZE = 1024
STEPS = 1
VALIDATION_EVERY = 1
NEIGHBOURS_EVERY = 1


def load(split: str) -> Data:
    """One split of the data."""
    return data_term_counts.load(split, vocabulary=5823, least=60)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["counts"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Neighbours, data: Data) -> None:
    """The word that marks each document most, and the words that are nearest to it."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        word, nearest, second = look(batch["counts"])
    run.show(
        "neighbours",
        "table",
        {"word": word, "nearest": nearest, "second": second},
        data,
    )


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    lsa = run.keep("lsa", build_lsa())
    chance = run.keep("chance", build_chance()).requires_grad_(False).eval()

    decompose = Decompose(lsa, factors=100).to(run.device)
    for step, batch in run.steps("fit", STEPS, data["train"], BATCH_SIZE):
        with torch.no_grad():
            explained = decompose(batch["counts"])
        run.log(explained=explained)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run, "validation", Evaluate(lsa=lsa, chance=chance), data["validation"]
            )
        if (step + 1) % NEIGHBOURS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Neighbours(lsa), data["validation"])

    evaluate(run, "test", Evaluate(lsa=lsa, chance=chance), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.explained", "max"),
    )

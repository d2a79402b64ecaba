"""Train: MPNN, on MadeMolecules.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_made_molecules
from model import mpnn as build_mpnn
from runtime import Data, Run, launch
from steps import Answers, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 5000
LEARNING_RATE = 0.001
VALIDATION_EVERY = 500
ANSWERS_EVERY = 500


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_made_molecules.load(split, kinds=11, bonds=5)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(
                batch["atoms"],
                batch["edge_index"],
                batch["bonds"],
                batch["molecule"],
                batch["size"],
                batch["label"],
            )
        run.record(name, metrics.compute())


def preview(run: Run, look: Answers, data: Data) -> None:
    """How likely a yes is, beside what is right."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        chance, right = look(
            batch["atoms"],
            batch["edge_index"],
            batch["bonds"],
            batch["molecule"],
            batch["size"],
            batch["label"],
        )
    run.show("answers", "table", {"chance": chance, "right": right}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    mpnn = run.keep("mpnn", build_mpnn())

    train_step = TrainStep(mpnn).to(run.device)
    optimiser = torch.optim.Adam(mpnn.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, final=1.0)
        loss, error = train_step(
            batch["atoms"],
            batch["edge_index"],
            batch["bonds"],
            batch["molecule"],
            batch["size"],
            batch["label"],
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, error=error)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(mpnn), data["validation"])
        if (step + 1) % ANSWERS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Answers(mpnn), data["validation"])

    evaluate(run, "test", Evaluate(mpnn), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.error", "min")
    )

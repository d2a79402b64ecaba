"""Train: GloVe, on MadeLanguage.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_made_language
from model import context_vectors as build_context_vectors
from model import word_vectors as build_word_vectors
from runtime import Data, Run, launch
from steps import Cells, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 4096
EVAL_BATCH_SIZE = 4096
STEPS = 10000
LEARNING_RATE = 0.05
VALIDATION_EVERY = 100
CELLS_EVERY = 200


def load(split: str) -> Data:
    """One split of the data."""
    return data_made_language.load(split, view="cells", stems=200, sentences=24000)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["word"], batch["context"], batch["count"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Cells, data: Data) -> None:
    """The logarithm of held-out counts, beside what the vectors say."""
    with run.evaluating(look):
        batch = run.first(data, 256)
        cells = look(batch["word"], batch["context"], batch["count"])
    run.show("cells", "scatter", {"cells": cells}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    word_vectors = run.keep("word_vectors", build_word_vectors())
    context_vectors = run.keep("context_vectors", build_context_vectors())

    train_step = TrainStep(
        word_vectors=word_vectors,
        context_vectors=context_vectors,
        maximum=100.0,
        power=0.75,
    ).to(run.device)
    optimiser = torch.optim.Adagrad(
        [*word_vectors.parameters(), *context_vectors.parameters()], lr=LEARNING_RATE
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss = train_step(batch["word"], batch["context"], batch["count"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(
                    word_vectors=word_vectors,
                    context_vectors=context_vectors,
                    maximum=100.0,
                    power=0.75,
                ),
                data["validation"],
            )
        if (step + 1) % CELLS_EVERY == 0 or step + 1 == STEPS:
            preview(
                run,
                Cells(word_vectors=word_vectors, context_vectors=context_vectors),
                data["validation"],
            )

    evaluate(
        run,
        "test",
        Evaluate(
            word_vectors=word_vectors,
            context_vectors=context_vectors,
            maximum=100.0,
            power=0.75,
        ),
        data["test"],
    )


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.error", "min")
    )

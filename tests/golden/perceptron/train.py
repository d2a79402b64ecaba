"""Train: Perceptron, on ToyTables.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_toy_tables
from model import perceptron as build_perceptron
from runtime import Data, Run, launch
from steps import Evaluate, Totals, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 1
EVAL_BATCH_SIZE = 256
STEPS = 12000
LEARNING_RATE = 1.0
VALIDATION_EVERY = 3000
TOTALS_EVERY = 3000


def load(split: str) -> Data:
    """One split of the data."""
    return data_toy_tables.load(split, dataset="breast_cancer")


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["features"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Totals, data: Data) -> None:
    """How far each example is beyond the threshold, and on which side it belongs."""
    with run.evaluating(look):
        batch = run.first(data, 100)
        points = look(batch["features"], batch["label"])
    run.show("totals", "scatter", {"points": points}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    perceptron = run.keep("perceptron", build_perceptron())

    train_step = TrainStep(perceptron).to(run.device)
    optimiser = torch.optim.SGD(perceptron.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, mistakes = train_step(batch["features"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, mistakes=mistakes)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(perceptron), data["validation"])
        if (step + 1) % TOTALS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Totals(perceptron), data["validation"])

    evaluate(run, "test", Evaluate(perceptron), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.mistakes", "max"),
    )

"""Train: Multi-layer perceptron for regression, on MadeTable.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_made_table
from model import mlp_regression as build_mlp_regression
from runtime import Data, Run, launch
from steps import Evaluate, Predict, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 3000
LEARNING_RATE = 0.003
WEIGHT_DECAY = 1.0
VALIDATION_EVERY = 500
PREDICTIONS_EVERY = 500


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_made_table.load(split, law="circuit", columns=13, rows=3000)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["features"], batch["target"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Predict, data: Data) -> None:
    """What the net says, against what is right."""
    with run.evaluating(look):
        batch = run.first(data, 200)
        points = look(batch["features"], batch["target"])
    run.show("predictions", "scatter", {"points": points}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    mlp_regression = run.keep("mlp_regression", build_mlp_regression())

    train_step = TrainStep(mlp_regression).to(run.device)
    optimiser = torch.optim.AdamW(
        mlp_regression.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss = train_step(batch["features"], batch["target"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(mlp_regression), data["validation"])
        if (step + 1) % PREDICTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Predict(mlp_regression), data["validation"])

    evaluate(run, "test", Evaluate(mlp_regression), data["test"])


if __name__ == "__main__":
    launch(train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.r2", "max"))

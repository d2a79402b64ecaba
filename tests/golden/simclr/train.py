"""Train: SimCLR, on TwoViews.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_two_views
from model import simclr as build_simclr
from runtime import Data, Run, launch
from steps import Likeness, Probe, TrainStep, Views

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 256
EVAL_BATCH_SIZE = 256
STEPS = 500000
LEARNING_RATE = 0.0003
WEIGHT_DECAY = 0.0001
VALIDATION_EVERY = 5000
VIEWS_EVERY = 5000
LIKENESS_EVERY = 5000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_two_views.load(split, size=224, channels=3)


def evaluate(run: Run, name: str, metrics: Probe, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["view_a"], batch["label"])
        run.record(name, metrics.compute())


def preview_views(run: Run, look: Views, data: Data) -> None:
    """The two views of each image that are to mean the same."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        view_a, view_b = look(batch["view_a"], batch["view_b"])
    run.show("views", "images", {"view_a": view_a, "view_b": view_b}, data)


def preview_likeness(run: Run, look: Likeness, data: Data) -> None:
    """How alike the views are: a row for each, a column for each twin, twins on th."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        likeness = look(batch["view_a"], batch["view_b"])
    run.show("likeness", "matrix", {"likeness": likeness}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    simclr = run.keep("simclr", build_simclr())

    train_step = TrainStep(simclr, temperature=0.5).to(run.device)
    optimiser = torch.optim.Adam(
        simclr.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=3000)
        loss = train_step(batch["view_a"], batch["view_b"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Probe(simclr), data["validation"])
        if (step + 1) % VIEWS_EVERY == 0 or step + 1 == STEPS:
            preview_views(run, Views(), data["validation"])
        if (step + 1) % LIKENESS_EVERY == 0 or step + 1 == STEPS:
            preview_likeness(run, Likeness(simclr), data["validation"])

    evaluate(run, "test", Probe(simclr), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

"""Train: Pretext task: rotation, on TwoViews.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_two_views
from model import pretext_ssl as build_pretext_ssl
from runtime import Data, Run, launch
from steps import Probe, Rotations, TrainStep, Turned

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 40000
LEARNING_RATE = 0.1
MOMENTUM = 0.9
WEIGHT_DECAY = 0.0005
NESTEROV = True
VALIDATION_EVERY = 5000
TURNED_EVERY = 5000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_two_views.load(split, channels=3)


def evaluate_validation(run: Run, name: str, metrics: Probe, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["view_a"], batch["label"])
        run.record(name, metrics.compute())


def evaluate_rotations(run: Run, name: str, metrics: Rotations, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["view_a"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Turned, data: Data) -> None:
    """Images, turned, and turned back as the net says: where it wavers, several at."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        turned, righted = look(batch["view_a"])
    run.show("turned", "images", {"turned": turned, "righted": righted}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    pretext_ssl = run.keep("pretext_ssl", build_pretext_ssl())

    train_step = TrainStep(pretext_ssl).to(run.device)
    optimiser = torch.optim.SGD(
        pretext_ssl.parameters(),
        lr=LEARNING_RATE,
        momentum=MOMENTUM,
        weight_decay=WEIGHT_DECAY,
        nesterov=NESTEROV,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss, accuracy = train_step(batch["view_a"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate_validation(
                run, "validation", Probe(pretext_ssl), data["validation"]
            )
        if (step + 1) % TURNED_EVERY == 0 or step + 1 == STEPS:
            preview(run, Turned(pretext_ssl), data["validation"])

    evaluate_validation(run, "test", Probe(pretext_ssl), data["test"])
    evaluate_rotations(run, "rotations", Rotations(pretext_ssl), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

"""Train: Single layer: y  s(Wx + b), on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_digits
from model import single_layer as build_single_layer
from runtime import Data, Run, launch
from steps import Confusions, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 4000
LEARNING_RATE = 0.01
VALIDATION_EVERY = 500
CONFUSIONS_EVERY = 500


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_digits.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Confusions, data: Data) -> None:
    """How often each digit (down) is taken for each (across)."""
    with run.evaluating(look):
        batch = run.first(data, 178)
        counts = look(batch["image"], batch["label"])
    run.show("confusions", "matrix", {"counts": counts}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    single_layer = run.keep("single_layer", build_single_layer())

    train_step = TrainStep(single_layer).to(run.device)
    optimiser = torch.optim.Adam(
        single_layer.parameters(), lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss, accuracy = train_step(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(single_layer), data["validation"])
        if (step + 1) % CONFUSIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Confusions(single_layer), data["validation"])

    evaluate(run, "test", Evaluate(single_layer), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

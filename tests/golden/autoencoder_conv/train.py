"""Train: Convolutional autoencoder, on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_digits
from model import autoencoder_conv as build_autoencoder_conv
from runtime import Data, Run, launch
from steps import Evaluate, Rebuild, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 5000
LEARNING_RATE = 0.001
VALIDATION_EVERY = 500
REBUILT_EVERY = 500


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_digits.load(split, size=28)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Rebuild, data: Data) -> None:
    """Images, and what comes back through the code."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        image, rebuilt = look(batch["image"])
    run.show("rebuilt", "images", {"image": image, "rebuilt": rebuilt}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    autoencoder_conv = run.keep("autoencoder_conv", build_autoencoder_conv())

    train_step = TrainStep(autoencoder_conv).to(run.device)
    optimiser = torch.optim.Adam(
        autoencoder_conv.parameters(), lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss = train_step(batch["image"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(autoencoder_conv), data["validation"])
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == STEPS:
            preview(run, Rebuild(autoencoder_conv), data["validation"])

    evaluate(run, "test", Evaluate(autoencoder_conv), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.error", "min")
    )

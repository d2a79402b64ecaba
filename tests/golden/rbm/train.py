"""Train: Restricted Boltzmann machine, on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_digits
from model import rbm as build_rbm
from runtime import Data, Run, launch
from steps import Dream, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 512
STEPS = 10000
LEARNING_RATE = 0.005
VALIDATION_EVERY = 2000
FANTASIES_EVERY = 1000


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


def preview(run: Run, look: Dream, data: Data) -> None:
    """Where fair coins get to in a thousand steps up and down."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        fantasy = look(batch["image"])
    run.show("fantasies", "images", {"fantasy": fantasy}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    rbm = run.keep("rbm", build_rbm())

    train_step = TrainStep(rbm, chain=1).to(run.device)
    optimiser = torch.optim.Adam(rbm.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss, error = train_step(batch["image"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, error=error)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(rbm), data["validation"])
        if (step + 1) % FANTASIES_EVERY == 0 or step + 1 == STEPS:
            preview(run, Dream(rbm, size=28), data["validation"])

    evaluate(run, "test", Evaluate(rbm), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.nats", "max")
    )

"""Train: Self-attention, on Lookup.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_lookup
from model import self_attention as build_self_attention
from runtime import Data, Run, launch
from steps import Evaluate, Look, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 10000
LEARNING_RATE = 0.003
BETAS = (0.9, 0.98)
VALIDATION_EVERY = 500
WEIGHTS_EVERY = 500


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_lookup.load(split, length=64)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["x"], batch["target"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Look, data: Data) -> None:
    """From which place each gathers: the mean over the heads."""
    with run.evaluating(look):
        batch = run.first(data, 4)
        weights = look(batch["x"])
    run.show("weights", "matrix", {"weights": weights}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    self_attention = run.keep("self_attention", build_self_attention())

    train_step = TrainStep(self_attention).to(run.device)
    optimiser = torch.optim.Adam(
        self_attention.parameters(), lr=LEARNING_RATE, betas=BETAS, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=200)
        loss = train_step(batch["x"], batch["target"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(self_attention), data["validation"])
        if (step + 1) % WEIGHTS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Look(self_attention), data["validation"])

    evaluate(run, "test", Evaluate(self_attention), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.explained", "max"),
    )

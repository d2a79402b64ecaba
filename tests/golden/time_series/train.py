"""Train: Time-series forecasting (LSTM), on NoisyWaves.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_noisy_waves
from model import time_series as build_time_series
from runtime import Data, Run, launch
from steps import Compare, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 4000
LEARNING_RATE = 0.005
WEIGHT_DECAY = 0.001
CLIP_NORM = 1.0
VALIDATION_EVERY = 250
FORECASTS_EVERY = 250


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_noisy_waves.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["past"], batch["future"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Compare, data: Data) -> None:
    """What came, and what was foretold: one point for each series."""
    with run.evaluating(look):
        batch = run.first(data, 64)
        points = look(batch["past"], batch["future"])
    run.show("forecasts", "scatter", {"points": points}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    time_series = run.keep("time_series", build_time_series())

    train_step = TrainStep(time_series).to(run.device)
    optimiser = torch.optim.AdamW(
        time_series.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=50)
        loss = train_step(batch["past"], batch["future"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(time_series.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(time_series), data["validation"])
        if (step + 1) % FORECASTS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Compare(time_series), data["validation"])

    evaluate(run, "test", Evaluate(time_series), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.squared_error", "min"),
    )

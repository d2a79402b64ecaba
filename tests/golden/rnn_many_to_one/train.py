"""Train: Recurrent net: many to one, on DigitRows.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_digit_rows
from model import rnn_many_to_one as build_rnn_many_to_one
from runtime import Data, Run, launch
from steps import Evaluate, Predict, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 3000
LEARNING_RATE = 0.002
CLIP_NORM = 1.0
VALIDATION_EVERY = 250
PREDICTIONS_EVERY = 250


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_digit_rows.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["rows"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Predict, data: Data) -> None:
    """What the model takes each example for."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        rows, label = look(batch["rows"])
    run.show("predictions", "images", {"rows": rows, "label": label}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    rnn_many_to_one = run.keep("rnn_many_to_one", build_rnn_many_to_one())

    train_step = TrainStep(rnn_many_to_one).to(run.device)
    optimiser = torch.optim.AdamW(
        rnn_many_to_one.parameters(), lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=100)
        loss, accuracy = train_step(batch["rows"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(rnn_many_to_one.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(rnn_many_to_one), data["validation"])
        if (step + 1) % PREDICTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Predict(rnn_many_to_one), data["validation"])

    evaluate(run, "test", Evaluate(rnn_many_to_one), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

"""Train: Convolutional net and LSTM (LRCN), on MovingShapes.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_moving_shapes
from model import cnn_rnn as build_cnn_rnn
from runtime import Data, Run, launch
from steps import Evaluate, Predict, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 3000
LEARNING_RATE = 0.002
VALIDATION_EVERY = 200
PREDICTIONS_EVERY = 200


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_moving_shapes.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["video"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Predict, data: Data) -> None:
    """What the model takes each example for."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        video, label = look(batch["video"])
    run.show("predictions", "frames", {"video": video, "label": label}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    cnn_rnn = run.keep("cnn_rnn", build_cnn_rnn())

    train_step = TrainStep(cnn_rnn).to(run.device)
    optimiser = torch.optim.AdamW(cnn_rnn.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=50)
        loss, accuracy = train_step(batch["video"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(cnn_rnn), data["validation"])
        if (step + 1) % PREDICTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Predict(cnn_rnn), data["validation"])

    evaluate(run, "test", Evaluate(cnn_rnn), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

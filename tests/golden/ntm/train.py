"""Train: Neural Turing Machine, on CopyTask.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_copy_task
from model import ntm as build_ntm
from runtime import Data, Run, launch
from steps import Evaluate, Recall, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 16
EVAL_BATCH_SIZE = 64
STEPS = 50000
LEARNING_RATE = 0.0001
ALPHA = 0.95
MOMENTUM = 0.9
CLIP_NORM = 10.0
VALIDATION_EVERY = 1000
RECALLED_EVERY = 1000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_copy_task.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["input"], batch["target"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Recall, data: Data) -> None:
    """The bits that were heard, and those recalled."""
    with run.evaluating(look):
        batch = run.first(data, 4)
        heard, recalled = look(batch["input"], batch["target"])
    run.show("recalled", "matrix", {"heard": heard, "recalled": recalled}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    ntm = run.keep("ntm", build_ntm())

    train_step = TrainStep(ntm).to(run.device)
    optimiser = torch.optim.RMSprop(
        ntm.parameters(), lr=LEARNING_RATE, alpha=ALPHA, momentum=MOMENTUM
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, final=1.0)
        loss, bit_error = train_step(batch["input"], batch["target"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(ntm.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, bit_error=bit_error)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(ntm), data["validation"])
        if (step + 1) % RECALLED_EVERY == 0 or step + 1 == STEPS:
            preview(run, Recall(ntm), data["validation"])

    evaluate(run, "test", Evaluate(ntm), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.bit_error", "min"),
    )

"""Train: GRU, on TextFile.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_text_file
from model import gru as build_gru
from runtime import Data, Run, launch
from steps import Evaluate, TrainStep, Write

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 32
EVAL_BATCH_SIZE = 256
STEPS = 2000
LEARNING_RATE = 0.004
CLIP_NORM = 1.0
VALIDATION_EVERY = 250
WRITING_EVERY = 250


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_text_file.load(split, vocabulary=65)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["tokens"], batch["targets"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Write, data: Data) -> None:
    """The model goes on from the beginning of a text, one token after the other."""
    with run.evaluating(look):
        batch = run.first(data, 2)
        tokens = look(batch["tokens"])
    run.show("writing", "text", {"tokens": tokens}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    gru = run.keep("gru", build_gru())

    train_step = TrainStep(gru).to(run.device)
    optimiser = torch.optim.AdamW(gru.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=100, final=0.05)
        loss, bits = train_step(batch["tokens"], batch["targets"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(gru.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, bits=bits)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(gru), data["validation"])
        if (step + 1) % WRITING_EVERY == 0 or step + 1 == STEPS:
            preview(run, Write(gru, context=64), data["validation"])

    evaluate(run, "test", Evaluate(gru), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.bits", "min")
    )

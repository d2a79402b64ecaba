"""Train: Gated PixelCNN, on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_digits
from model import gated_pixelcnn as build_gated_pixelcnn
from runtime import Data, Run, launch
from steps import Complete, Evaluate, Sample, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 32
EVAL_BATCH_SIZE = 256
STEPS = 50000
LEARNING_RATE = 0.001
CLIP_NORM = 1.0
VALIDATION_EVERY = 2000
SAMPLES_EVERY = 2000
COMPLETED_EVERY = 2000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_digits.load(split, size=28, channels=3)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"], batch["label"])
        run.record(name, metrics.compute())


def preview_samples(run: Run, look: Sample, data: Data) -> None:
    """Images from nothing, one number after the other."""
    with run.evaluating(look):
        batch = run.first(data, 36)
        image = look(batch["image"], batch["label"])
    run.show("samples", "images", {"image": image}, data)


def preview_completed(run: Run, look: Complete, data: Data) -> None:
    """Upper halves, and lower halves drawn to them. What was there is not looked a."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        image, completed = look(batch["image"], batch["label"])
    run.show("completed", "images", {"image": image, "completed": completed}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    gated_pixelcnn = run.keep("gated_pixelcnn", build_gated_pixelcnn())

    train_step = TrainStep(gated_pixelcnn, levels=2, colours=3).to(run.device)
    optimiser = torch.optim.AdamW(
        gated_pixelcnn.parameters(), lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=100)
        loss, bits = train_step(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(gated_pixelcnn.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, bits=bits)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(gated_pixelcnn, levels=2, colours=3),
                data["validation"],
            )
        if (step + 1) % SAMPLES_EVERY == 0 or step + 1 == STEPS:
            preview_samples(
                run,
                Sample(gated_pixelcnn, size=28, levels=2, colours=3),
                data["validation"],
            )
        if (step + 1) % COMPLETED_EVERY == 0 or step + 1 == STEPS:
            preview_completed(
                run,
                Complete(gated_pixelcnn, size=28, levels=2, colours=3),
                data["validation"],
            )

    evaluate(run, "test", Evaluate(gated_pixelcnn, levels=2, colours=3), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.bits", "min")
    )

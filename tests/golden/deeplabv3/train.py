"""Train: DeepLabv3, on Shapes.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_shapes
from model import deeplabv3 as build_deeplabv3
from runtime import Data, Run, launch
from steps import Evaluate, Segment, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 16
EVAL_BATCH_SIZE = 8
STEPS = 30000
LEARNING_RATE = 0.007
WEIGHT_DECAY = 0.0001
MOMENTUM = 0.9
VALIDATION_EVERY = 500
MASKS_EVERY = 500


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_shapes.load(split, size=520, channels=3)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"], batch["mask"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Segment, data: Data) -> None:
    """The most likely class of each pixel."""
    with run.evaluating(look):
        batch = run.first(data, 9)
        image, mask = look(batch["image"])
    run.show("masks", "masks", {"image": image, "mask": mask}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    deeplabv3 = run.keep("deeplabv3", build_deeplabv3())

    train_step = TrainStep(deeplabv3).to(run.device)
    optimiser = torch.optim.SGD(
        deeplabv3.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        momentum=MOMENTUM,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss, accuracy = train_step(batch["image"], batch["mask"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(deeplabv3), data["validation"])
        if (step + 1) % MASKS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Segment(deeplabv3), data["validation"])

    evaluate(run, "test", Evaluate(deeplabv3), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.mean_iou", "max"),
    )

"""Train: Sliding-window CNN, on DigitScenes.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_digit_scenes
from model import classifier as build_classifier
from runtime import Data, Run, launch
from steps import Evaluate, Look, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 64
STEPS = 20000
LEARNING_RATE = 0.002
VALIDATION_EVERY = 2000
DETECTIONS_EVERY = 2000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_digit_scenes.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"], batch["boxes"], batch["labels"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Look, data: Data) -> None:
    """Scenes with the boxes that the net is at least half sure of."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        scenes = look(batch["image"])
    run.show("detections", "images", {"scenes": scenes}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    classifier = run.keep("classifier", build_classifier())

    train_step = TrainStep(classifier).to(run.device)
    optimiser = torch.optim.AdamW(classifier.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=50)
        loss, accuracy = train_step(batch["window"], batch["window_label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run, "validation", Evaluate(classifier, overlap=0.3), data["validation"]
            )
        if (step + 1) % DETECTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Look(classifier, overlap=0.3), data["validation"])

    evaluate(run, "test", Evaluate(classifier, overlap=0.3), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.precision", "max"),
    )

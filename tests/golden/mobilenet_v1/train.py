"""Train: MobileNet v1, on ImageFolder.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_image_folder
from model import mobilenet_v1 as build_mobilenet_v1
from runtime import Data, Run, launch
from steps import Evaluate, Predict, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 256
EVAL_BATCH_SIZE = 256
STEPS = 500000
LEARNING_RATE = 0.045
WEIGHT_DECAY = 4e-05
ALPHA = 0.9
MOMENTUM = 0.9
VALIDATION_EVERY = 5000
PREDICTIONS_EVERY = 5000


def staircase(step: int, every: int, factor: float = 0.1, warmup: int = 0) -> float:
    """Rise over the warm-up, then multiply by a factor now and again."""
    if step < warmup:
        return (step + 1) / warmup
    return factor ** (step // every)


def load(split: str) -> Data:
    """One split of the data."""
    return data_image_folder.load(split, size=224, flip=True)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Predict, data: Data) -> None:
    """What the model takes each example for."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        image, label = look(batch["image"])
    run.show("predictions", "images", {"image": image, "label": label}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    mobilenet_v1 = run.keep("mobilenet_v1", build_mobilenet_v1())

    train_step = TrainStep(mobilenet_v1).to(run.device)
    optimiser = torch.optim.RMSprop(
        mobilenet_v1.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        alpha=ALPHA,
        momentum=MOMENTUM,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        scale = staircase(step, every=12500, factor=0.94, warmup=200)
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * scale
        loss, accuracy = train_step(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(mobilenet_v1), data["validation"])
        if (step + 1) % PREDICTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Predict(mobilenet_v1), data["validation"])

    evaluate(run, "test", Evaluate(mobilenet_v1), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

"""Train: NASNet-A Mobile, on ImageFolder.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_image_folder
from model import nasnet_mobile as build_nasnet_mobile
from runtime import Data, Run, launch
from steps import Evaluate, Predict, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 32
EVAL_BATCH_SIZE = 256
STEPS = 4000000
LEARNING_RATE = 0.05
MOMENTUM = 0.9
WEIGHT_DECAY = 4e-05
ALPHA = 0.9
EPS = 1.0
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

    nasnet_mobile = run.keep("nasnet_mobile", build_nasnet_mobile())

    train_step = TrainStep(nasnet_mobile).to(run.device)
    optimiser = torch.optim.RMSprop(
        nasnet_mobile.parameters(),
        lr=LEARNING_RATE,
        momentum=MOMENTUM,
        weight_decay=WEIGHT_DECAY,
        alpha=ALPHA,
        eps=EPS,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * staircase(step, every=80000, factor=0.97)
        loss, accuracy = train_step(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(nasnet_mobile), data["validation"])
        if (step + 1) % PREDICTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Predict(nasnet_mobile), data["validation"])

    evaluate(run, "test", Evaluate(nasnet_mobile), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

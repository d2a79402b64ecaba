"""Train: Simple CNN, on ImageFolder.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_image_folder
from model import cnn_mnist as build_cnn_mnist
from runtime import Data, Run, launch
from steps import Evaluate, Predict, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 32
EVAL_BATCH_SIZE = 256
STEPS = 9375
LEARNING_RATE = 0.001
VALIDATION_EVERY = 500
PREDICTIONS_EVERY = 500


def load(split: str) -> Data:
    """One split of the data."""
    return data_image_folder.load(split, size=28, channels=1)


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

    cnn_mnist = run.keep("cnn_mnist", build_cnn_mnist())

    train_step = TrainStep(cnn_mnist).to(run.device)
    optimiser = torch.optim.Adam(cnn_mnist.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, accuracy = train_step(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(cnn_mnist), data["validation"])
        if (step + 1) % PREDICTIONS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Predict(cnn_mnist), data["validation"])

    evaluate(run, "test", Evaluate(cnn_mnist), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

"""Train: FCN-8s, on Shapes.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_shapes
from model import fcn as build_fcn
from runtime import Data, Run, launch
from steps import Evaluate, Segment, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 20
EVAL_BATCH_SIZE = 8
STEPS = 100000
LEARNING_RATE = 0.0001
WEIGHT_DECAY = 0.0005
MOMENTUM = 0.9
VALIDATION_EVERY = 500
MASKS_EVERY = 500


def load(split: str) -> Data:
    """One split of the data."""
    return data_shapes.load(split, size=500, channels=3)


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

    fcn = run.keep("fcn", build_fcn())

    train_step = TrainStep(fcn).to(run.device)
    optimiser = torch.optim.SGD(
        fcn.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        momentum=MOMENTUM,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, accuracy = train_step(batch["image"], batch["mask"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(fcn), data["validation"])
        if (step + 1) % MASKS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Segment(fcn), data["validation"])

    evaluate(run, "test", Evaluate(fcn), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.mean_iou", "max"),
    )

"""Train: BYOL, on TwoViews.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import copy
import math

import torch
from torch import nn

import data_two_views
from model import online as build_online
from model import predictor as build_predictor
from runtime import Data, Run, launch
from steps import Probe, TrainStep, Views

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 256
EVAL_BATCH_SIZE = 256
STEPS = 310000
LEARNING_RATE = 0.2
WEIGHT_DECAY = 1.5e-06
MOMENTUM = 0.9
TARGET_DECAY = 0.99
VALIDATION_EVERY = 5000
VIEWS_EVERY = 5000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


@torch.no_grad()
def follow(average: nn.Module, source: nn.Module, decay: float) -> None:
    """Set average to decay * average + (1 - decay) * source; buffers are copied."""
    for mean, new in zip(average.parameters(), source.parameters(), strict=True):
        mean.lerp_(new, 1 - decay)
    for kept, now in zip(average.buffers(), source.buffers(), strict=True):
        kept.copy_(now)


def load(split: str) -> Data:
    """One split of the data."""
    return data_two_views.load(split, size=224, channels=3)


def evaluate(run: Run, name: str, metrics: Probe, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["view_a"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Views, data: Data) -> None:
    """The two views of each image that are to mean the same."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        view_a, view_b = look(batch["view_a"], batch["view_b"])
    run.show("views", "images", {"view_a": view_a, "view_b": view_b}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    online = run.keep("online", build_online())
    predictor = run.keep("predictor", build_predictor())
    target = run.keep("target", copy.deepcopy(online)).requires_grad_(False)

    train_step = TrainStep(online=online, predictor=predictor, target=target).to(
        run.device
    )
    optimiser = torch.optim.SGD(
        [*online.parameters(), *predictor.parameters()],
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        momentum=MOMENTUM,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=3000)
        loss = train_step(batch["view_a"], batch["view_b"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        follow(target, online, TARGET_DECAY)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Probe(online), data["validation"])
        if (step + 1) % VIEWS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Views(), data["validation"])

    evaluate(run, "test", Probe(online), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

"""Train: Capsule network, on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_digits
from model import capsnet as build_capsnet
from model import decoder as build_decoder
from runtime import Data, Run, launch
from steps import Evaluate, Rebuild, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 10000
LEARNING_RATE = 0.001
VALIDATION_EVERY = 250
REBUILT_EVERY = 250


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_digits.load(split, size=28)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"], batch["label"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Rebuild, data: Data) -> None:
    """Images, and what the longest capsule of each says that they are."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        image, drawn, label = look(batch["image"])
    run.show(
        "rebuilt", "images", {"image": image, "drawn": drawn, "label": label}, data
    )


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    capsnet = run.keep("capsnet", build_capsnet())
    decoder = run.keep("decoder", build_decoder())

    train_step = TrainStep(capsnet=capsnet, decoder=decoder, classes=10).to(run.device)
    optimiser = torch.optim.Adam(
        [*capsnet.parameters(), *decoder.parameters()], lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS)
        loss, margin, drawn, accuracy = train_step(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, margin=margin, drawn=drawn, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(capsnet=capsnet, decoder=decoder, classes=10),
                data["validation"],
            )
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == STEPS:
            preview(
                run,
                Rebuild(capsnet=capsnet, decoder=decoder, classes=10, size=28),
                data["validation"],
            )

    evaluate(
        run,
        "test",
        Evaluate(capsnet=capsnet, decoder=decoder, classes=10),
        data["test"],
    )


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.accuracy", "max"),
    )

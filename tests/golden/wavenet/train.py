"""Train: WaveNet, on Beeps.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_beeps
from model import wavenet as build_wavenet
from runtime import Data, Run, launch
from steps import Continue, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 8
EVAL_BATCH_SIZE = 256
STEPS = 200000
LEARNING_RATE = 0.001
VALIDATION_EVERY = 5000
CONTINUED_EVERY = 5000


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_beeps.load(split, length=8192)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["sound"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Continue, data: Data) -> None:
    """A sound, and how the model goes on from its first part."""
    with run.evaluating(look):
        batch = run.first(data, 1)
        sound = look(batch["sound"])
    run.show("continued", "curve", {"sound": sound}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    wavenet = run.keep("wavenet", build_wavenet())

    train_step = TrainStep(wavenet, classes=256).to(run.device)
    optimiser = torch.optim.AdamW(wavenet.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=1000)
        loss, bits = train_step(batch["sound"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, bits=bits)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run, "validation", Evaluate(wavenet, classes=256), data["validation"]
            )
        if (step + 1) % CONTINUED_EVERY == 0 or step + 1 == STEPS:
            preview(
                run,
                Continue(wavenet, classes=256, length=8192, ahead=160),
                data["validation"],
            )

    evaluate(run, "test", Evaluate(wavenet, classes=256), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.bits", "min")
    )

"""Train: Variational autoencoder, on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_digits
from model import decoder as build_decoder
from model import encoder as build_encoder
from runtime import Data, Run, launch
from steps import Evaluate, Rebuild, Samples, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 5000
LEARNING_RATE = 0.001
VALIDATION_EVERY = 1000
REBUILT_EVERY = 250
SAMPLES_EVERY = 250


def load(split: str) -> Data:
    """One split of the data."""
    return data_digits.load(split, size=28)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"])
        run.record(name, metrics.compute())


def preview_rebuilt(run: Run, look: Rebuild, data: Data) -> None:
    """Images, and what comes back from the middle of their clouds."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        image, rebuilt = look(batch["image"])
    run.show("rebuilt", "images", {"image": image, "rebuilt": rebuilt}, data)


def preview_samples(run: Run, look: Samples, data: Data) -> None:
    """Images from points of the standard normal distribution."""
    with run.evaluating(look):
        batch = run.first(data, 36)
        image = look(batch["image"])
    run.show("samples", "images", {"image": image}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    encoder = run.keep("encoder", build_encoder())
    decoder = run.keep("decoder", build_decoder())

    train_step = TrainStep(encoder=encoder, decoder=decoder).to(run.device)
    optimiser = torch.optim.Adam(
        [*encoder.parameters(), *decoder.parameters()], lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, error, divergence = train_step(batch["image"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, error=error, divergence=divergence)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(encoder=encoder, decoder=decoder),
                data["validation"],
            )
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == STEPS:
            preview_rebuilt(
                run,
                Rebuild(encoder=encoder, decoder=decoder, size=28),
                data["validation"],
            )
        if (step + 1) % SAMPLES_EVERY == 0 or step + 1 == STEPS:
            preview_samples(
                run, Samples(decoder, latent=20, size=28), data["validation"]
            )

    evaluate(run, "test", Evaluate(encoder=encoder, decoder=decoder), data["test"])


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.bound", "max")
    )

"""Train: DCGAN, on ImageFolder.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_image_folder
from model import discriminator as build_discriminator
from model import generator as build_generator
from runtime import Data, Run, launch
from steps import DiscriminatorStep, GeneratorStep, Likeness, Samples

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 100000
DISCRIMINATE_LEARNING_RATE = 0.0002
DISCRIMINATE_BETAS = (0.5, 0.999)
GENERATE_LEARNING_RATE = 0.0002
GENERATE_BETAS = (0.5, 0.999)
VALIDATION_EVERY = 2000
SAMPLES_EVERY = 500


def load(split: str) -> Data:
    """One split of the data."""
    return data_image_folder.load(split, flip=True, value_range="-1..1")


def evaluate(run: Run, name: str, metrics: Likeness, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["image"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Samples, data: Data) -> None:
    """Images from new noise."""
    with run.evaluating(look):
        batch = run.first(data, 36)
        image = look(batch["image"])
    run.show("samples", "images", {"image": image}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    generator = run.keep("generator", build_generator())
    discriminator = run.keep("discriminator", build_discriminator())

    discriminator_step = DiscriminatorStep(
        generator=generator, discriminator=discriminator, noise=100, instance_noise=0.0
    ).to(run.device)
    discriminate_optimiser = torch.optim.Adam(
        discriminator.parameters(),
        lr=DISCRIMINATE_LEARNING_RATE,
        betas=DISCRIMINATE_BETAS,
        fused=True,
    )
    generator_step = GeneratorStep(
        generator=generator, discriminator=discriminator, noise=100, instance_noise=0.0
    ).to(run.device)
    generate_optimiser = torch.optim.Adam(
        generator.parameters(),
        lr=GENERATE_LEARNING_RATE,
        betas=GENERATE_BETAS,
        fused=True,
    )
    for step, batch in run.steps(
        "train",
        STEPS,
        data["train"],
        BATCH_SIZE,
        discriminate=discriminate_optimiser,
        generate=generate_optimiser,
    ):
        # discriminate
        generator.requires_grad_(False)
        discriminator.requires_grad_(True)
        loss, real, made = discriminator_step(batch["image"])
        discriminate_optimiser.zero_grad()
        loss.backward()
        discriminate_optimiser.step()
        run.log("discriminate", loss=loss, real=real, made=made)
        # generate
        generator.requires_grad_(True)
        discriminator.requires_grad_(False)
        loss = generator_step(batch["image"])
        generate_optimiser.zero_grad()
        loss.backward()
        generate_optimiser.step()
        run.log("generate", loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run, "validation", Likeness(generator, noise=100), data["validation"]
            )
        if (step + 1) % SAMPLES_EVERY == 0 or step + 1 == STEPS:
            preview(run, Samples(generator, noise=100), data["validation"])

    evaluate(run, "test", Likeness(generator, noise=100), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.coverage", "max"),
    )

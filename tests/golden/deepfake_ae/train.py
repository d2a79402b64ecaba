"""Train: DeepFake: one encoder, two decoders, on TwoFaces.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_two_faces
from model import decoder_a as build_decoder_a
from model import decoder_b as build_decoder_b
from model import encoder as build_encoder
from runtime import Data, Run, launch
from steps import Evaluate, LearnA, LearnB, Swapped

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 100000
A_LEARNING_RATE = 5e-05
A_BETAS = (0.5, 0.999)
B_LEARNING_RATE = 5e-05
B_BETAS = (0.5, 0.999)
VALIDATION_EVERY = 5000
SWAPPED_EVERY = 5000


def load(split: str) -> Data:
    """One split of the data."""
    return data_two_faces.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["face_a"], batch["face_b"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Swapped, data: Data) -> None:
    """Each persons face, and the same face on the other."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        a, a_as_b, b, b_as_a = look(batch["face_a"], batch["face_b"])
    run.show(
        "swapped", "images", {"a": a, "a_as_b": a_as_b, "b": b, "b_as_a": b_as_a}, data
    )


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    encoder = run.keep("encoder", build_encoder())
    decoder_a = run.keep("decoder_a", build_decoder_a())
    decoder_b = run.keep("decoder_b", build_decoder_b())

    learn_a = LearnA(encoder=encoder, decoder_a=decoder_a).to(run.device)
    a_optimiser = torch.optim.Adam(
        [*encoder.parameters(), *decoder_a.parameters()],
        lr=A_LEARNING_RATE,
        betas=A_BETAS,
        fused=True,
    )
    learn_b = LearnB(encoder=encoder, decoder_b=decoder_b).to(run.device)
    b_optimiser = torch.optim.Adam(
        [*encoder.parameters(), *decoder_b.parameters()],
        lr=B_LEARNING_RATE,
        betas=B_BETAS,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, a=a_optimiser, b=b_optimiser
    ):
        # a
        encoder.requires_grad_(True)
        decoder_a.requires_grad_(True)
        decoder_b.requires_grad_(False)
        loss = learn_a(batch["warped_a"], batch["face_a"])
        a_optimiser.zero_grad()
        loss.backward()
        a_optimiser.step()
        run.log("a", loss=loss)
        # b
        encoder.requires_grad_(True)
        decoder_a.requires_grad_(False)
        decoder_b.requires_grad_(True)
        loss = learn_b(batch["warped_b"], batch["face_b"])
        b_optimiser.zero_grad()
        loss.backward()
        b_optimiser.step()
        run.log("b", loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(encoder=encoder, decoder_b=decoder_b, decoder_a=decoder_a),
                data["validation"],
            )
        if (step + 1) % SWAPPED_EVERY == 0 or step + 1 == STEPS:
            preview(
                run,
                Swapped(encoder=encoder, decoder_b=decoder_b, decoder_a=decoder_a),
                data["validation"],
            )

    evaluate(
        run,
        "test",
        Evaluate(encoder=encoder, decoder_b=decoder_b, decoder_a=decoder_a),
        data["test"],
    )


if __name__ == "__main__":
    launch(
        train, seed=SEED, device=DEVICE, steps=STEPS, best=("validation.swapped", "max")
    )

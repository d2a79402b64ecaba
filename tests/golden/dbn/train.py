"""Train: Deep belief network, on Digits.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch

import data_digits
from model import output as build_output
from model import rbm1 as build_rbm1
from model import rbm2 as build_rbm2
from model import rbm3 as build_rbm3
from runtime import Data, Run, launch
from steps import Evaluate, FineTune, Greedy1, Greedy2, Greedy3, Rebuild

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
RBM1_STEPS = 10000
RBM1_LEARN_LEARNING_RATE = 0.1
VALIDATION_EVERY = 200
REBUILT_EVERY = 500
RBM2_STEPS = 10000
RBM2_LEARN_LEARNING_RATE = 0.1
RBM3_STEPS = 10000
RBM3_LEARN_LEARNING_RATE = 0.1
FINE_TUNE_STEPS = 10000
FINE_TUNE_LEARN_LEARNING_RATE = 0.002


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
    """Images, and what is left of them after the way up to the top and down again."""
    with run.evaluating(look):
        batch = run.first(data, 16)
        image, rebuilt = look(batch["image"])
    run.show("rebuilt", "images", {"image": image, "rebuilt": rebuilt}, data)


def train(run: Run) -> None:
    """Build the models and train them, stage by stage."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    rbm1 = run.keep("rbm1", build_rbm1())
    rbm2 = run.keep("rbm2", build_rbm2())
    rbm3 = run.keep("rbm3", build_rbm3())
    output = run.keep("output", build_output())

    # Stage: rbm1
    greedy1 = Greedy1(rbm1, chain=1).to(run.device)
    optimiser = torch.optim.SGD(
        rbm1.parameters(), lr=RBM1_LEARN_LEARNING_RATE, fused=True
    )
    rbm1.requires_grad_(True)
    rbm2.requires_grad_(False)
    rbm3.requires_grad_(False)
    output.requires_grad_(False)
    for step, batch in run.steps(
        "rbm1", RBM1_STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, error = greedy1(batch["image"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, error=error)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == RBM1_STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, output=output),
                data["validation"],
            )
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == RBM1_STEPS:
            preview(
                run,
                Rebuild(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, size=28),
                data["validation"],
            )

    # Stage: rbm2
    greedy2 = Greedy2(rbm1=rbm1, rbm2=rbm2, chain=1).to(run.device)
    optimiser = torch.optim.SGD(
        rbm2.parameters(), lr=RBM2_LEARN_LEARNING_RATE, fused=True
    )
    rbm1.requires_grad_(False)
    rbm2.requires_grad_(True)
    rbm3.requires_grad_(False)
    output.requires_grad_(False)
    for step, batch in run.steps(
        "rbm2", RBM2_STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, error = greedy2(batch["image"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, error=error)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == RBM2_STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, output=output),
                data["validation"],
            )
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == RBM2_STEPS:
            preview(
                run,
                Rebuild(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, size=28),
                data["validation"],
            )

    # Stage: rbm3
    greedy3 = Greedy3(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, chain=1).to(run.device)
    optimiser = torch.optim.SGD(
        rbm3.parameters(), lr=RBM3_LEARN_LEARNING_RATE, fused=True
    )
    rbm1.requires_grad_(False)
    rbm2.requires_grad_(False)
    rbm3.requires_grad_(True)
    output.requires_grad_(False)
    for step, batch in run.steps(
        "rbm3", RBM3_STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, error = greedy3(batch["image"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, error=error)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == RBM3_STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, output=output),
                data["validation"],
            )
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == RBM3_STEPS:
            preview(
                run,
                Rebuild(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, size=28),
                data["validation"],
            )

    # Stage: fine_tune
    fine_tune = FineTune(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, output=output).to(run.device)
    optimiser = torch.optim.Adam(
        [
            *rbm1.parameters(),
            *rbm2.parameters(),
            *rbm3.parameters(),
            *output.parameters(),
        ],
        lr=FINE_TUNE_LEARN_LEARNING_RATE,
        fused=True,
    )
    rbm1.requires_grad_(True)
    rbm2.requires_grad_(True)
    rbm3.requires_grad_(True)
    output.requires_grad_(True)
    for step, batch in run.steps(
        "fine_tune", FINE_TUNE_STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = FINE_TUNE_LEARN_LEARNING_RATE * cosine(step, FINE_TUNE_STEPS)
        loss, accuracy = fine_tune(batch["image"], batch["label"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == FINE_TUNE_STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, output=output),
                data["validation"],
            )
        if (step + 1) % REBUILT_EVERY == 0 or step + 1 == FINE_TUNE_STEPS:
            preview(
                run,
                Rebuild(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, size=28),
                data["validation"],
            )

    evaluate(
        run,
        "test",
        Evaluate(rbm1=rbm1, rbm2=rbm2, rbm3=rbm3, output=output),
        data["test"],
    )


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=RBM1_STEPS + RBM2_STEPS + RBM3_STEPS + FINE_TUNE_STEPS,
        best=("validation.accuracy", "max"),
    )

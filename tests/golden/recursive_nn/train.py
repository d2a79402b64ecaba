"""Train: Recursive neural net, on RatedTrees.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_rated_trees
from model import recursive_nn as build_recursive_nn
from model import words as build_words
from runtime import Data, Run, launch
from steps import Evaluate, Rate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 3000
LEARNING_RATE = 0.005
WEIGHT_DECAY = 0.001
CLIP_NORM = 1.0
VALIDATION_EVERY = 250
RATINGS_EVERY = 250


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_rated_trees.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["words"], batch["children"], batch["ratings"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Rate, data: Data) -> None:
    """The phrases, and the likeliest rating of each node: leaves, then joints up t."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        words, rating = look(batch["words"], batch["children"])
    run.show("ratings", "matrix", {"words": words, "rating": rating}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    words = run.keep("words", build_words())
    recursive_nn = run.keep("recursive_nn", build_recursive_nn())

    train_step = TrainStep(words=words, recursive_nn=recursive_nn).to(run.device)
    optimiser = torch.optim.AdamW(
        [*words.parameters(), *recursive_nn.parameters()],
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=50)
        loss, accuracy = train_step(batch["words"], batch["children"], batch["ratings"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(
            [*words.parameters(), *recursive_nn.parameters()], CLIP_NORM
        )
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(words=words, recursive_nn=recursive_nn),
                data["validation"],
            )
        if (step + 1) % RATINGS_EVERY == 0 or step + 1 == STEPS:
            preview(
                run, Rate(words=words, recursive_nn=recursive_nn), data["validation"]
            )

    evaluate(
        run, "test", Evaluate(words=words, recursive_nn=recursive_nn), data["test"]
    )


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.root_accuracy", "max"),
    )

"""Train: Recurrent net: one to many, on SpelledNumbers.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_spelled_numbers
from model import rnn_one_to_many as build_rnn_one_to_many
from runtime import Data, Run, launch
from steps import Evaluate, Spell, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 64
EVAL_BATCH_SIZE = 256
STEPS = 2000
LEARNING_RATE = 0.003
WEIGHT_DECAY = 0.3
CLIP_NORM = 1.0
VALIDATION_EVERY = 250
NAMES_EVERY = 250


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_spelled_numbers.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["context"], batch["decoder_input"], batch["target"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Spell, data: Data) -> None:
    """The names that it writes."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        name = look(batch["context"], batch["decoder_input"])
    run.show("names", "text", {"name": name}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    rnn_one_to_many = run.keep("rnn_one_to_many", build_rnn_one_to_many())

    train_step = TrainStep(rnn_one_to_many).to(run.device)
    optimiser = torch.optim.AdamW(
        rnn_one_to_many.parameters(),
        lr=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=100)
        loss, accuracy = train_step(
            batch["context"], batch["decoder_input"], batch["target"]
        )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(rnn_one_to_many.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(rnn_one_to_many, longest=28),
                data["validation"],
            )
        if (step + 1) % NAMES_EVERY == 0 or step + 1 == STEPS:
            preview(run, Spell(rnn_one_to_many, longest=28), data["validation"])

    evaluate(run, "test", Evaluate(rnn_one_to_many, longest=28), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.exact_match", "max"),
    )

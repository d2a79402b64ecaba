"""Train: fastText, on MadeLanguage.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_made_language
from model import context_vectors as build_context_vectors
from model import word_vectors as build_word_vectors
from runtime import Data, Run, launch
from steps import Evaluate, Neighbours, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 1024
EVAL_BATCH_SIZE = 256
STEPS = 20000
LEARNING_RATE = 0.01
VALIDATION_EVERY = 250
NEIGHBOURS_EVERY = 250


def linear(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in a straight line to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * (1 - progress)


def load(split: str) -> Data:
    """One split of the data."""
    return data_made_language.load(
        split, view="spelled", stems=200, sentences=24000, buckets=5000
    )


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(
                batch["centre"], batch["spelling"], batch["context"], batch["frequency"]
            )
        run.record(name, metrics.compute())


def preview(run: Run, look: Neighbours, data: Data) -> None:
    """Words that the text never had, and those whose vectors are most alike."""
    with run.evaluating(look):
        batch = run.first(data, 12)
        word, nearest, second = look(batch["centre"], batch["spelling"])
    run.show(
        "neighbours",
        "table",
        {"word": word, "nearest": nearest, "second": second},
        data,
    )


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    word_vectors = run.keep("word_vectors", build_word_vectors())
    context_vectors = run.keep("context_vectors", build_context_vectors())

    train_step = TrainStep(
        word_vectors=word_vectors,
        context_vectors=context_vectors,
        negatives=5,
        smoothing=0.75,
    ).to(run.device)
    optimiser = torch.optim.Adam(
        [*word_vectors.parameters(), *context_vectors.parameters()],
        lr=LEARNING_RATE,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * linear(step, STEPS)
        loss = train_step(
            batch["centre"], batch["spelling"], batch["context"], batch["frequency"]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(
                    word_vectors=word_vectors,
                    context_vectors=context_vectors,
                    smoothing=0.75,
                ),
                data["validation"],
            )
        if (step + 1) % NEIGHBOURS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Neighbours(word_vectors), data["validation"])

    evaluate(
        run,
        "test",
        Evaluate(
            word_vectors=word_vectors, context_vectors=context_vectors, smoothing=0.75
        ),
        data["test"],
    )


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.perplexity", "min"),
    )

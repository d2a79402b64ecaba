"""Train: Transformer, on ReverseStrings.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_reverse_strings
from model import transformer as build_transformer
from runtime import Data, Run, launch
from steps import Answer, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 256
EVAL_BATCH_SIZE = 256
STEPS = 100000
LEARNING_RATE = 0.0007
BETAS = (0.9, 0.98)
EPS = 1e-09
VALIDATION_EVERY = 1000
ANSWERS_EVERY = 1000


def noam(step: int, warmup: int) -> float:
    """Rise over the warm-up, then fall with one over the root of the step."""
    falling: float = (warmup / (step + 1)) ** 0.5
    return min((step + 1) / warmup, falling)


def load(split: str) -> Data:
    """One split of the data."""
    return data_reverse_strings.load(split, alphabet=26, high=32)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["source"], batch["decoder_input"], batch["target"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Answer, data: Data) -> None:
    """The most likely answer to each source."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        source_2, answer = look(batch["source"], batch["decoder_input"])
    run.show("answers", "text", {"source": source_2, "answer": answer}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    transformer = run.keep("transformer", build_transformer())

    train_step = TrainStep(transformer).to(run.device)
    optimiser = torch.optim.Adam(
        transformer.parameters(), lr=LEARNING_RATE, betas=BETAS, eps=EPS, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * noam(step, warmup=4000)
        loss, accuracy = train_step(
            batch["source"], batch["decoder_input"], batch["target"]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(transformer), data["validation"])
        if (step + 1) % ANSWERS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Answer(transformer), data["validation"])

    evaluate(run, "test", Evaluate(transformer), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.exact_match", "max"),
    )

"""Train: Sequence to sequence, on ReverseStrings.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch
from torch import nn

import data_reverse_strings
from model import seq2seq as build_seq2seq
from runtime import Data, Run, launch
from steps import Answer, Evaluate, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 20000
LEARNING_RATE = 0.7
CLIP_NORM = 5.0
VALIDATION_EVERY = 1000
ANSWERS_EVERY = 1000


def staircase(step: int, every: int, factor: float = 0.1, warmup: int = 0) -> float:
    """Rise over the warm-up, then multiply by a factor now and again."""
    if step < warmup:
        return (step + 1) / warmup
    return factor ** (step // every)


def load(split: str) -> Data:
    """One split of the data."""
    return data_reverse_strings.load(split, task="copy", alphabet=26, high=32)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["decoder_input"], batch["source"], batch["target"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Answer, data: Data) -> None:
    """What the model writes for each source."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        source_2, answer = look(batch["decoder_input"], batch["source"])
    run.show("answers", "text", {"source": source_2, "answer": answer}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    seq2seq = run.keep("seq2seq", build_seq2seq())

    train_step = TrainStep(seq2seq).to(run.device)
    optimiser = torch.optim.SGD(seq2seq.parameters(), lr=LEARNING_RATE, fused=True)
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * staircase(step, every=5000, factor=0.5)
        loss, accuracy = train_step(
            batch["decoder_input"], batch["source"], batch["target"]
        )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(seq2seq.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(seq2seq, count=33), data["validation"])
        if (step + 1) % ANSWERS_EVERY == 0 or step + 1 == STEPS:
            preview(run, Answer(seq2seq, count=33), data["validation"])

    evaluate(run, "test", Evaluate(seq2seq, count=33), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.exact_match", "max"),
    )

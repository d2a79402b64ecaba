"""Train: Attention for sequence to sequence, on ReverseStrings.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch
from torch import nn

import data_reverse_strings
from model import attention_seq2seq as build_attention_seq2seq
from runtime import Data, Run, launch
from steps import Answer, Evaluate, Look, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 256
STEPS = 250000
LEARNING_RATE = 1.0
RHO = 0.95
CLIP_NORM = 5.0
VALIDATION_EVERY = 1000
ANSWERS_EVERY = 1000
ALIGNMENT_EVERY = 1000


def load(split: str) -> Data:
    """One split of the data."""
    return data_reverse_strings.load(split, alphabet=26, high=32)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["decoder_input"], batch["source"], batch["target"])
        run.record(name, metrics.compute())


def preview_answers(run: Run, look: Answer, data: Data) -> None:
    """What the model writes for each source."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        source_2, answer = look(batch["decoder_input"], batch["source"])
    run.show("answers", "text", {"source": source_2, "answer": answer}, data)


def preview_alignment(run: Run, look: Look, data: Data) -> None:
    """For each token that is written, where the decoder looked in the source."""
    with run.evaluating(look):
        batch = run.first(data, 4)
        weights = look(batch["decoder_input"], batch["source"])
    run.show("alignment", "matrix", {"weights": weights}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    attention_seq2seq = run.keep("attention_seq2seq", build_attention_seq2seq())

    train_step = TrainStep(attention_seq2seq).to(run.device)
    optimiser = torch.optim.Adadelta(
        attention_seq2seq.parameters(), lr=LEARNING_RATE, rho=RHO
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss, accuracy = train_step(
            batch["decoder_input"], batch["source"], batch["target"]
        )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(attention_seq2seq.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, accuracy=accuracy)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(attention_seq2seq), data["validation"])
        if (step + 1) % ANSWERS_EVERY == 0 or step + 1 == STEPS:
            preview_answers(run, Answer(attention_seq2seq), data["validation"])
        if (step + 1) % ALIGNMENT_EVERY == 0 or step + 1 == STEPS:
            preview_alignment(run, Look(attention_seq2seq), data["validation"])

    evaluate(run, "test", Evaluate(attention_seq2seq), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.exact_match", "max"),
    )

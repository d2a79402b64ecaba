"""Train: Speech recognition with CTC, on ToneSyllables.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import math

import torch
from torch import nn

import data_tone_syllables
from model import speech_ctc as build_speech_ctc
from runtime import Data, Run, launch
from steps import Evaluate, Hear, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 32
EVAL_BATCH_SIZE = 256
STEPS = 4000
LEARNING_RATE = 0.002
WEIGHT_DECAY = 0.001
CLIP_NORM = 1.0
VALIDATION_EVERY = 200
PATH_EVERY = 200


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def load(split: str) -> Data:
    """One split of the data."""
    return data_tone_syllables.load(split)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["sound"], batch["syllables"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Hear, data: Data) -> None:
    """The likeliest label of each step, as it is before repeats are merged, and wh."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        path, said = look(batch["sound"], batch["syllables"])
    run.show("path", "text", {"path": path, "said": said}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    speech_ctc = run.keep("speech_ctc", build_speech_ctc())

    train_step = TrainStep(speech_ctc).to(run.device)
    optimiser = torch.optim.AdamW(
        speech_ctc.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * cosine(step, STEPS, warmup=50)
        loss = train_step(batch["sound"], batch["syllables"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(speech_ctc.parameters(), CLIP_NORM)
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(run, "validation", Evaluate(speech_ctc), data["validation"])
        if (step + 1) % PATH_EVERY == 0 or step + 1 == STEPS:
            preview(run, Hear(speech_ctc), data["validation"])

    evaluate(run, "test", Evaluate(speech_ctc), data["test"])


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.label_error", "min"),
    )

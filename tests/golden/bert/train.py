"""Train: BERT, on TextPairs.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch
from torch import nn

import data_text_pairs
from model import bert as build_bert
from model import cls as build_cls
from runtime import Data, Run, launch
from steps import Evaluate, Fill, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 256
EVAL_BATCH_SIZE = 256
STEPS = 1000000
LEARNING_RATE = 0.0001
CLIP_NORM = 1.0
VALIDATION_EVERY = 5000
FILLED_EVERY = 5000


def linear(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in a straight line to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * (1 - progress)


def load(split: str) -> Data:
    """One split of the data."""
    return data_text_pairs.load(split, length=512, vocabulary=30522)


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["tokens"], batch["segments"], batch["follows"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Fill, data: Data) -> None:
    """What the model is shown, and what it puts into the gaps."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        shown, filled = look(batch["tokens"], batch["segments"])
    run.show("filled", "text", {"shown": shown, "filled": filled}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    bert = run.keep("bert", build_bert())
    cls = run.keep("cls", build_cls())

    train_step = TrainStep(bert=bert, cls=cls, vocabulary=30522, share=0.15).to(
        run.device
    )
    optimiser = torch.optim.AdamW(
        [*bert.parameters(), *cls.parameters()], lr=LEARNING_RATE, fused=True
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * linear(step, STEPS, warmup=10000)
        loss, masked, pair = train_step(
            batch["tokens"], batch["segments"], batch["follows"]
        )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*bert.parameters(), *cls.parameters()], CLIP_NORM)
        optimiser.step()
        run.log(loss=loss, masked=masked, pair=pair)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(bert=bert, cls=cls, vocabulary=30522, share=0.15),
                data["validation"],
            )
        if (step + 1) % FILLED_EVERY == 0 or step + 1 == STEPS:
            preview(
                run,
                Fill(bert=bert, cls=cls, vocabulary=30522, share=0.15),
                data["validation"],
            )

    evaluate(
        run,
        "test",
        Evaluate(bert=bert, cls=cls, vocabulary=30522, share=0.15),
        data["test"],
    )


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=STEPS,
        best=("validation.found_out", "max"),
    )

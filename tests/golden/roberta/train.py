"""Train: RoBERTa, on TextPairs.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch

import data_text_pairs
from model import lm_head as build_lm_head
from model import roberta as build_roberta
from runtime import Data, Run, launch
from steps import Evaluate, Fill, TrainStep

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 8000
EVAL_BATCH_SIZE = 256
STEPS = 500000
LEARNING_RATE = 0.0006
BETAS = (0.9, 0.98)
EPS = 1e-06
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
    return data_text_pairs.load(
        split, length=512, vocabulary=50265, swapped=0.0, padding=1
    )


def evaluate(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["tokens"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Fill, data: Data) -> None:
    """What the model is shown, and what it puts into the gaps."""
    with run.evaluating(look):
        batch = run.first(data, 8)
        shown, filled = look(batch["tokens"])
    run.show("filled", "text", {"shown": shown, "filled": filled}, data)


def train(run: Run) -> None:
    """Build the models and train them."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    roberta = run.keep("roberta", build_roberta())
    lm_head = run.keep("lm_head", build_lm_head())

    train_step = TrainStep(
        roberta=roberta, lm_head=lm_head, vocabulary=50265, share=0.15
    ).to(run.device)
    optimiser = torch.optim.AdamW(
        [*roberta.parameters(), *lm_head.parameters()],
        lr=LEARNING_RATE,
        betas=BETAS,
        eps=EPS,
        fused=True,
    )
    for step, batch in run.steps(
        "train", STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * linear(step, STEPS, warmup=24000)
        loss, found_out = train_step(batch["tokens"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss, found_out=found_out)
        if (step + 1) % VALIDATION_EVERY == 0 or step + 1 == STEPS:
            evaluate(
                run,
                "validation",
                Evaluate(
                    roberta=roberta, lm_head=lm_head, vocabulary=50265, share=0.15
                ),
                data["validation"],
            )
        if (step + 1) % FILLED_EVERY == 0 or step + 1 == STEPS:
            preview(
                run,
                Fill(roberta=roberta, lm_head=lm_head, vocabulary=50265, share=0.15),
                data["validation"],
            )

    evaluate(
        run,
        "test",
        Evaluate(roberta=roberta, lm_head=lm_head, vocabulary=50265, share=0.15),
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

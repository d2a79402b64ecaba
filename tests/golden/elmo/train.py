"""Train: ELMo, on Homonyms.

python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]
"""

import torch
from torch import nn

import data_homonyms
from model import elmo as build_elmo
from model import mix as build_mix
from model import softmax as build_softmax
from model import tagger as build_tagger
from runtime import Data, Run, launch
from steps import Evaluate, EvaluateReading, LearnSenses, Pretrain, Senses

SEED = 0
DEVICE = "auto"
BATCH_SIZE = 128
EVAL_BATCH_SIZE = 128
PRETRAIN_STEPS = 100000
PRETRAIN_READ_LEARNING_RATE = 0.2
PRETRAIN_READ_CLIP_NORM = 10.0
READING_EVERY = 1000
SENSES_EVERY = 1000
TASK_STEPS = 200
TASK_LEARN_LEARNING_RATE = 0.01
TASK_LEARN_WEIGHT_DECAY = 0.001


def load(split: str) -> Data:
    """One split of the data."""
    return data_homonyms.load(split, stems=1000, characters=50)


def evaluate_reading(run: Run, name: str, metrics: EvaluateReading, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["characters"], batch["words"])
        run.record(name, metrics.compute())


def evaluate_validation(run: Run, name: str, metrics: Evaluate, data: Data) -> None:
    """Metrics over a whole split, in evaluation mode and without gradients."""
    with run.evaluating(metrics):
        metrics.reset()
        for batch in run.batches(data, EVAL_BATCH_SIZE):
            metrics(batch["characters"], batch["sense"])
        run.record(name, metrics.compute())


def preview(run: Run, look: Senses, data: Data) -> None:
    """A word from the middle of each sentence, what it is taken for and what it wa."""
    with run.evaluating(look):
        batch = run.first(data, 12)
        word, told, meant = look(batch["characters"], batch["words"], batch["sense"])
    run.show("senses", "table", {"word": word, "told": told, "meant": meant}, data)


def train(run: Run) -> None:
    """Build the models and train them, stage by stage."""
    data = {split: load(split) for split in ("train", "validation", "test")}

    elmo = run.keep("elmo", build_elmo())
    softmax = run.keep("softmax", build_softmax())
    mix = run.keep("mix", build_mix())
    tagger = run.keep("tagger", build_tagger())

    # Stage: pretrain
    pretrain = Pretrain(elmo=elmo, softmax=softmax).to(run.device)
    optimiser = torch.optim.Adagrad(
        [*elmo.parameters(), *softmax.parameters()], lr=PRETRAIN_READ_LEARNING_RATE
    )
    elmo.requires_grad_(True)
    softmax.requires_grad_(True)
    mix.requires_grad_(False)
    tagger.requires_grad_(False)
    for step, batch in run.steps(
        "pretrain", PRETRAIN_STEPS, data["train"], BATCH_SIZE, read=optimiser
    ):
        loss = pretrain(batch["characters"], batch["words"])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(
            [*elmo.parameters(), *softmax.parameters()], PRETRAIN_READ_CLIP_NORM
        )
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % READING_EVERY == 0 or step + 1 == PRETRAIN_STEPS:
            evaluate_reading(
                run,
                "reading",
                EvaluateReading(elmo=elmo, softmax=softmax),
                data["validation"],
            )
        if (step + 1) % SENSES_EVERY == 0 or step + 1 == PRETRAIN_STEPS:
            preview(run, Senses(elmo=elmo, mix=mix, tagger=tagger), data["validation"])

    # Stage: task
    learn_senses = LearnSenses(elmo=elmo, mix=mix, tagger=tagger).to(run.device)
    optimiser = torch.optim.Adam(
        [*mix.parameters(), *tagger.parameters()],
        lr=TASK_LEARN_LEARNING_RATE,
        weight_decay=TASK_LEARN_WEIGHT_DECAY,
        fused=True,
    )
    elmo.requires_grad_(False)
    softmax.requires_grad_(False)
    mix.requires_grad_(True)
    tagger.requires_grad_(True)
    for step, batch in run.steps(
        "task", TASK_STEPS, data["train"], BATCH_SIZE, learn=optimiser
    ):
        loss = learn_senses(batch["labelled_characters"], batch["labelled_sense"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.log(loss=loss)
        if (step + 1) % READING_EVERY == 0 or step + 1 == TASK_STEPS:
            evaluate_reading(
                run,
                "reading",
                EvaluateReading(elmo=elmo, softmax=softmax),
                data["validation"],
            )
        if (step + 1) % SENSES_EVERY == 0 or step + 1 == TASK_STEPS:
            preview(run, Senses(elmo=elmo, mix=mix, tagger=tagger), data["validation"])

    evaluate_validation(
        run,
        "validation",
        Evaluate(elmo=elmo, mix=mix, tagger=tagger),
        data["validation"],
    )
    evaluate_validation(
        run, "test", Evaluate(elmo=elmo, mix=mix, tagger=tagger), data["test"]
    )


if __name__ == "__main__":
    launch(
        train,
        seed=SEED,
        device=DEVICE,
        steps=PRETRAIN_STEPS + TASK_STEPS,
        best=("reading.forward", "max"),
    )

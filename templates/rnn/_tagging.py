"""Steps and recipe of what gives each word of a sequence a tag."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.document import (
    DataSource,
    Evaluation,
    Optimiser,
    Phase,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire


def tagging_steps(model: str) -> tuple[Drawing, ...]:
    """Training step, share of right tags, and the tags beside those that are right."""
    train = Drawing("TrainStep", "At each word, how far the logits are from the right tag.")
    logits, tags = _tagged(train, model)
    train.output("loss", train.add("cross_entropy", "CrossEntropyLoss", logits, tags, classes="last"))
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, tags, classes="last"))

    evaluate = Drawing("Evaluate", "Share of the words whose tag is right, over a whole split.")
    logits, tags = _tagged(evaluate, model)
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", logits, tags, classes="last"))

    show = Drawing("Show", "The words, their most likely tags, and where those are right.")
    logits, tags = _tagged(show, model)
    likely = show.add("likely", "ArgMax", logits, dim=-1)
    show.output("tags", tags)
    show.output("likely", likely)
    return train, evaluate, show


def _tagged(step: Drawing, model: str) -> tuple[Wire, Wire]:
    tokens, tags = step.input("tokens"), step.input("tags")
    return step.add(model, f"model:{model}", tokens), tags


def tagging_recipe(model: str, data: DataSource, feeds: Mapping[str, str], *, lr: float) -> Recipe:
    """One stage of one phase; the gradient's norm is clipped, as it must be where steps repeat."""
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(model,),
        feeds=feeds,
        optimiser=Optimiser("AdamW", {"lr": lr, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 100}),
        clip_norm=1.0,
    )
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=2000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=250, feeds=feeds),
            Evaluation(name="test", graph="Evaluate", split="test", feeds=feeds),
        ),
        previews=(Preview(name="tags", graph="Show", show="matrix", count=8, every=250, feeds=feeds),),
        batch_size=32,
    )

"""Steps and recipe of what gives each vertex of one graph a class, from the labels of a few."""

from __future__ import annotations

from app.core.document import DataSource, Evaluation, Optimiser, Phase, Preview, Recipe, Stage, Value
from app.core.draw import Drawing, Wire

UNKNOWN = -100
"""The class of a vertex whose label is not to be looked at; the loss and the accuracy pass over it."""


def vertex_steps(model: str) -> tuple[Drawing, ...]:
    """Training step and accuracy over the vertices in the mask, and the most likely class of every vertex."""
    train = Drawing("TrainStep", "The whole graph at once; only the labels in the mask are looked at.")
    logits, label = _judged(train, model)
    train.output("loss", train.add("cross_entropy", "CrossEntropyLoss", logits, label, ignore_index=UNKNOWN))
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, label, ignore_index=UNKNOWN))

    evaluate = Drawing("Evaluate", "Accuracy over the vertices in the mask.")
    logits, label = _judged(evaluate, model)
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", logits, label, ignore_index=UNKNOWN))

    classify = Drawing("Classify", "The most likely class of every vertex.")
    x, edges = classify.input("x"), classify.input("edge_index")
    logits = classify.add(model, f"model:{model}", x, edges)
    classify.output("edge_index", edges)
    classify.output("label", classify.add("most_likely", "ArgMax", logits, dim=1))
    return train, evaluate, classify


def _judged(step: Drawing, model: str) -> tuple[Wire, Wire]:
    """Logits of all vertices, and the labels of those in the mask."""
    x, edges = step.input("x"), step.input("edge_index")
    label, mask = step.input("label"), step.input("mask", "True where the label may be looked at")
    logits = step.add(model, f"model:{model}", x, edges)
    unknown = step.add("unknown", "FullLike", label, value=UNKNOWN)
    return logits, step.add("known", "Where", mask, label, unknown)


def vertex_recipe(
    model: str,
    data: DataSource,
    *,
    steps: Value,
    optimiser: Optimiser,
    every: Value = 50,
    shown_every: Value = 50,
) -> Recipe:
    """The whole graph is the batch; the masks tell training, validation and test apart.

    ``every`` and ``shown_every``: steps between looks at the validation split, and between previews.
    """
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(model,),
        feeds={"x": "features", "mask": "train_mask"},
        optimiser=optimiser,
    )
    looks = {"validation": every, "test": None}
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=steps, phases=(learn,)),),
        evaluations=tuple(
            Evaluation(
                name=split,
                graph="Evaluate",
                split=split,
                every=interval,
                feeds={"x": "features", "mask": f"{split}_mask"},
            )
            for split, interval in looks.items()
        ),
        previews=(Preview(name="classes", graph="Classify", show="graph", every=shown_every, feeds={"x": "features"}),),
        batch_size=1,
        eval_batch_size=1,
    )

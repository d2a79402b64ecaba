"""The step graphs of every classifier: cross-entropy to learn by, accuracy to judge by, predictions to look at."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import DataSource, Evaluation, Optimiser, Phase, Preview, Recipe, Schedule, Stage, Value
from app.core.draw import Drawing, Wire

TRAIN, EVALUATE, PREDICT = "TrainStep", "Evaluate", "Predict"


def classifier_steps(
    model: str, *, field: str = "image", flat: bool = False, label_smoothing: float = 0.0
) -> Sequence[Drawing]:
    """Training step, evaluation and preview of a model that gives one logit for each class.

    ``field``: the source's field that the model sees; ``flat``: as one row of numbers for each example.
    """
    train = Drawing(TRAIN, "One batch: what the model says, and how far that is from the labels.")
    inputs, label = train.input(field), train.input("label")
    logits = _logits(train, model, inputs, flat)
    train.output("loss", train.add("cross_entropy", "CrossEntropyLoss", logits, label, label_smoothing=label_smoothing))
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, label))

    evaluate = Drawing(EVALUATE, "Accuracy over a whole split.")
    inputs, label = evaluate.input(field), evaluate.input("label")
    logits = _logits(evaluate, model, inputs, flat)
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", logits, label))

    predict = Drawing(PREDICT, "What the model takes each example for.")
    inputs = predict.input(field)
    logits = _logits(predict, model, inputs, flat)
    predict.output(field, inputs)
    predict.output("label", predict.add("most_likely", "ArgMax", logits, dim=1))
    return train, evaluate, predict


def _logits(step: Drawing, model: str, inputs: Wire, flat: bool) -> Wire:
    if flat:
        inputs = step.add("flatten", "Flatten", inputs)
    return step.add(model, f"model:{model}", inputs)


def classifier_recipe(
    model: str,
    data: DataSource,
    *,
    steps: Value,
    batch_size: Value,
    optimiser: Optimiser,
    schedule: Schedule | None = None,
    every: Value = None,
    show: str = "images",
) -> Recipe:
    """One stage of one phase; accuracy on validation as it goes and on test at the end.

    ``every``: steps between looks at the validation split.
    """
    learn = Phase(
        name="learn", step=TRAIN, models=(model,), optimiser=optimiser, schedule=schedule or Schedule("constant")
    )
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=steps, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph=EVALUATE, split="validation", every=every),
            Evaluation(name="test", graph=EVALUATE, split="test"),
        ),
        previews=(Preview(name="predictions", graph=PREDICT, show=show, every=every),),
        batch_size=batch_size,
    )

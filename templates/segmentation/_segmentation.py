"""The step graphs and the recipe of every net that says of each pixel what it belongs to."""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Evaluation,
    Optimiser,
    Phase,
    Preview,
    Recipe,
    Schedule,
    Stage,
    Value,
)
from app.core.draw import Drawing

TRAIN, EVALUATE, SEGMENT = "TrainStep", "Evaluate", "Segment"


def segmentation_steps(model: str) -> tuple[Drawing, ...]:
    """Training step, evaluation and preview of a model that gives logits for each class at each pixel."""
    train = Drawing(TRAIN, "Cross-entropy at every pixel.")
    image, mask = train.input("image"), train.input("mask")
    logits = train.add(model, f"model:{model}", image)
    train.output("loss", train.add("cross_entropy", "CrossEntropyLoss", logits, mask))
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, mask))

    evaluate = Drawing(EVALUATE, "How well the regions cover each other, for each class, on average.")
    image, mask = evaluate.input("image"), evaluate.input("mask")
    logits = evaluate.add(model, f"model:{model}", image)
    evaluate.output("mean_iou", evaluate.add("mean_iou", "MeanIoU", logits, mask))
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", logits, mask))

    segment = Drawing(SEGMENT, "The most likely class of each pixel.")
    image = segment.input("image")
    logits = segment.add(model, f"model:{model}", image)
    segment.output("image", image)
    segment.output("mask", segment.add("most_likely", "ArgMax", logits, dim=1))
    return train, evaluate, segment


def segmentation_recipe(
    model: str,
    data: DataSource,
    *,
    steps: Value,
    batch_size: Value,
    optimiser: Optimiser,
    schedule: Schedule,
    every: Value = 500,
    eval_batch_size: Value = 8,
) -> Recipe:
    """One stage of one phase; regions judged on validation as it goes and on test at the end, masks to look at.

    ``every``: steps between looks at the validation split.
    """
    learn = Phase(name="learn", step=TRAIN, models=(model,), optimiser=optimiser, schedule=schedule)
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=steps, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph=EVALUATE, split="validation", every=every),
            Evaluation(name="test", graph=EVALUATE, split="test"),
        ),
        previews=(Preview(name="masks", graph=SEGMENT, show="masks", count=9, every=every),),
        batch_size=batch_size,
        eval_batch_size=eval_batch_size,
    )

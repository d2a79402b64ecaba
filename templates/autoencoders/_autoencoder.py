"""The step graphs of autoencoders: an image is to come back, and what came back is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.core.document import DataSource, Evaluation, Optimiser, Phase, Preview, Recipe, Schedule, Stage, Value
from app.core.draw import Drawing, Wire, whole

Rebuild = Callable[[Drawing, Wire], Wire]
"""Adds nodes to a step graph that make of an image what the model gives back."""


SIZE = whole("size", 28, low=4, help="Height and width of an image.")


def rebuilding_steps(rebuild: Rebuild, *, flat: bool = False) -> tuple[Drawing, ...]:
    """Training step, evaluation and preview of a model that is to give back what it is shown.

    ``flat``: it is shown each image as one row of pixels.
    """
    train = Drawing("TrainStep", "How far what comes back is from the image, pixel by pixel.")
    image = _shown(train, train.input("image"), flat)
    train.output("loss", train.add("difference", "BCELoss", rebuild(train, image), image))

    evaluate = Drawing("Evaluate", "Squared difference of images and what comes back, over a whole split.")
    image = _shown(evaluate, evaluate.input("image"), flat)
    evaluate.output("error", evaluate.add("error", "MeanSquaredError", rebuild(evaluate, image), image))

    look = Drawing("Rebuild", "Images, and what comes back through the code.", arguments=[SIZE] if flat else [])
    image = look.input("image")
    rebuilt = rebuild(look, _shown(look, image, flat))
    look.output("image", image)
    look.output("rebuilt", look.add("as_image", "Reshape", rebuilt, shape="=(1, size, size)") if flat else rebuilt)
    return train, evaluate, look


def _shown(step: Drawing, image: Wire, flat: bool) -> Wire:
    return step.add("flatten", "Flatten", image) if flat else image


def rebuilding_recipe(
    data: DataSource,
    *,
    models: tuple[str, ...],
    steps: Value,
    optimiser: Optimiser,
    every: Value,
    batch_size: Value = 64,
    flat: bool = False,
    preview: str = "Rebuild",
    arguments: Mapping[str, Value] | None = None,
) -> Recipe:
    """One stage of one phase; the error on validation as it goes and on test at the end.

    ``arguments``: of all step graphs.
    """
    given = dict(arguments or {})
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=models,
        arguments=given,
        optimiser=optimiser,
        schedule=Schedule("cosine"),
    )
    shown = given | ({"size": "=size"} if flat else {})
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=steps, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=every, arguments=given),
            Evaluation(name="test", graph="Evaluate", split="test", arguments=given),
        ),
        previews=(Preview(name="rebuilt", graph=preview, show="images", count=16, every=every, arguments=shown),),
        batch_size=batch_size,
    )

"""The step graphs of models that say of each pixel, by those before it, which grey it has: learning, bits, drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.document import Evaluation, Frame, GraphLayout, Preview, Scan, Value
from app.core.draw import Drawing, Wire, whole

Scores = Callable[[Drawing, Wire, Sequence[Wire]], Wire]
"""Adds nodes to a step graph that score every level of every colour of every pixel of an image, B×levels×colours×H×W.
What else the model is given comes last.
"""

SIZE = whole("size", 28, low=2, help="Height and width of an image.")
LEVELS = whole("levels", 256, low=2, help="Different values that a colour of a pixel can have.")
COLOURS = whole("colours", 1, low=1, help="Numbers that make a pixel: 1 for grey, 3 for red, green and blue.")

_SAID = (LEVELS, COLOURS)
_DRAWN = (SIZE, *_SAID)

PIXEL_FRAMES = {
    "NextPixel": GraphLayout(
        frames=(
            Frame(title="What is said of this place", nodes=("there", "scores")),
            Frame(title="Drawn, and written here", nodes=("level", "number", "grey", "tall", "is_here", "write")),
        )
    )
}


def pixel_steps(scores: Scores, *given: str) -> tuple[Drawing, ...]:
    """Training step, evaluation in bits for each number, and two previews: images from nothing, and lower halves.

    ``given``: inputs that the model takes beside the image.
    """
    return (
        _train(scores, given),
        _evaluate(scores, given),
        _sample(given),
        _complete(given),
        _next_pixel(scores, given),
        _places(),
        _in_levels(),
    )


def _train(scores: Scores, given: Sequence[str]) -> Drawing:
    step = Drawing("TrainStep", "At each pixel, how surprising its level was after all before it.", arguments=_SAID)
    logits, target = _told(step, scores, given)
    loss = step.add("cross_entropy", "CrossEntropyLoss", logits, target)
    step.output("loss", loss)
    step.output("bits", step.add("bits", "Scale", loss, scale="=1 / 0.6931471805599453"))
    return step


def _evaluate(scores: Scores, given: Sequence[str]) -> Drawing:
    step = Drawing("Evaluate", "Bits that each number of an image costs, over a whole split.", arguments=_SAID)
    logits, target = _told(step, scores, given)
    last = step.add("levels_last", "MoveDim", logits, dim=1, destination=-1)
    step.output("bits", step.add("bits", "BitsPerCharacter", last, target))
    return step


def _told(step: Drawing, scores: Scores, given: Sequence[str]) -> tuple[Wire, Wire]:
    """Scores of all levels at every place, and the right ones."""
    image = step.input("image")
    more = [step.input(name) for name in given]
    seen = step.add("in_levels", "graph:InLevels", image, levels="=levels")
    return scores(step, seen["image"], more), seen["level"]


def _in_levels() -> Drawing:
    graph = Drawing("InLevels", "An image from 0 to 1 in so many even steps.", arguments=[LEVELS])
    grown = graph.add("grown", "Scale", graph.input("image"), scale="=levels - 1")
    nearest = graph.add("nearest", "Round", grown)
    graph.output("level", graph.add("level", "Cast", nearest, dtype="int64"), "Number of the step, from 0")
    graph.output("image", graph.add("shrunk", "Scale", nearest, scale="=1 / (levels - 1)"), "From 0 to 1")
    return graph


def _next_pixel(scores: Scores, given: Sequence[str]) -> Drawing:
    graph = Drawing(
        "NextPixel", "One number of each image is drawn by what the model says, and written.", arguments=_SAID
    )
    image, here = graph.input("image"), graph.input("here", "1 at the place that is drawn, else 0")
    logits = scores(graph, image, [graph.input(name) for name in given])
    there = graph.add("there", "Multiply", logits, here)
    level = graph.add("level", "Categorical", graph.add("scores", "Sum", there, dim=(2, 3, 4)))
    grey = graph.add("number", "Cast", level, dtype="float32")
    grey = graph.add("grey", "Scale", grey, scale="=1 / (levels - 1)")
    grey = graph.add("tall", "Reshape", grey, shape=(1, 1, 1))
    is_here = graph.add("is_here", "Cast", here, dtype="bool")
    graph.output("image", graph.add("write", "Where", is_here, grey, image))
    return graph


def _places() -> Drawing:
    graph = Drawing(
        "Places",
        "A map for each number of an image, in drawing order: 1 at its place.",
        arguments=[SIZE, COLOURS],
    )
    image = graph.input("image", "For its size alone")
    ones = graph.add("ones", "Eye", graph.add("row", "Flatten", image), dim=1)
    maps = graph.add("maps", "Unflatten", ones, dim=1, unflattened_size="=(size, size, colours)")
    graph.output("places", graph.add("colours_first", "MoveDim", maps, dim=3, destination=1))
    return graph


def _sample(given: Sequence[str]) -> Drawing:
    step = Drawing("Sample", "Images from nothing, one number after the other.", arguments=_DRAWN)
    image = step.input("image")
    blank = step.add("blank", "ZerosLike", image)
    places = step.add("places", "graph:Places", image, size="=size", colours="=colours")
    step.output("image", _drawn(step, blank, places, [step.input(name) for name in given]))
    return step


def _complete(given: Sequence[str]) -> Drawing:
    step = Drawing(
        "Complete",
        "Upper halves, and lower halves drawn to them. What was there is not looked at, so it need not be hidden.",
        arguments=_DRAWN,
    )
    image = step.input("image")
    places = step.add("places", "graph:Places", image, size="=size", colours="=colours")
    lower = step.add("lower_half", "Slice", places, dim=0, start="=size // 2 * size * colours")
    drawn = _drawn(step, image, lower, [step.input(name) for name in given])
    step.output("image", image)
    step.output("completed", drawn)
    return step


def _drawn(step: Drawing, image: Wire, places: Wire, given: Sequence[Wire]) -> Wire:
    return step.add(
        "pixel", "graph:NextPixel", image, places, *given, scan=Scan(sliced=("here",), dim=0), levels="=levels",
        colours="=colours",
    )  # fmt: skip


SAID = {argument.name: f"={argument.name}" for argument in _SAID}
"""Arguments of the training step and of the evaluation."""


def pixel_evaluations(every: Value) -> tuple[Evaluation, ...]:
    return (
        Evaluation(name="validation", graph="Evaluate", split="validation", every=every, arguments=SAID),
        Evaluation(name="test", graph="Evaluate", split="test", arguments=SAID),
    )


def pixel_previews(every: Value) -> tuple[Preview, ...]:
    drawn = {argument.name: f"={argument.name}" for argument in _DRAWN}
    return (
        Preview(name="samples", graph="Sample", show="images", count=36, every=every, arguments=drawn),
        Preview(name="completed", graph="Complete", show="images", count=16, every=every, arguments=drawn),
    )

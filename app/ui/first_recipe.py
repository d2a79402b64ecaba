"""A recipe for a document that has none: which data fits a model, and the steps drawn for it. No Qt.

What fits is found by asking the blocks' own shape rules: a field enters the model where their types agree, and a loss
is taken that accepts what the model gives beside another field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isqrt, prod
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from app.core import settings
from app.core.block import Block, Field, Library, Source
from app.core.changes import Changed, EditError, fresh
from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Graph,
    Optimiser,
    Phase,
    Preview,
    Recipe,
    Schedule,
    Stage,
    Value,
)
from app.core.draw import Drawing, Wire
from app.core.elaborate import Elaboration, elaborate
from app.core.problems import ShapeError
from app.core.results import GraphResult
from app.core.symbolic import differ
from app.core.tensor_type import TensorType

STEPS, EVERY, RATE = 1000, 100, 1e-3
LIKELY_TARGETS = ("label", "target", "targets", "mask")
GOALS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    ("CrossEntropyLoss", "Accuracy", {}),
    ("CrossEntropyLoss", "Accuracy", {"classes": "last"}),
    ("MSELoss", "MeanSquaredError", {}),
)
"""Losses in the order in which they are tried, the metric that belongs to each, and arguments that both take."""


class Fit(Struct, frozen=True, kw_only=True):
    """How a source meets a model. ``feeds``: the field for each of the model's inputs; ``flat``: those that are made
    flat on the way; ``target``: the field that the output is compared with; an input's own where it is rebuilt.
    """

    model: str
    data: DataSource
    feeds: Mapping[str, str]
    flat: tuple[str, ...] = ()
    output: str
    target: str
    loss: str
    metric: str
    arguments: Mapping[str, Value] = {}
    rank: int = 2
    """Dimensions of the model's output."""
    picture: bool = False
    """Whether the first input is images."""

    @property
    def sentence(self) -> str:
        against = f"“{self.target}”" if self.target not in self.feeds.values() else "what it was given"
        return f"{self.loss} between {self.model}’s {self.output} and {against}, {STEPS} steps of AdamW."


def sources(library: Library) -> list[type[Source]]:
    return [block for block in library.all() if issubclass(block, Source)]


def fit(elaboration: Elaboration, library: Library, model: str, source: type[Source]) -> Fit | str:
    """How the source may train the model; a sentence where it cannot."""
    result = elaboration.models.get(model)
    if result is None:
        return f"There is no model “{model}”."
    if not any(isinstance(type_, TensorType) for type_ in result.outputs.values()):
        return f"What {model} gives is not known yet. Wire its output and solve its problems first."
    why = ""
    for arguments in _variants(source, result):
        try:
            fields = source(**arguments).fields()
        except (ShapeError, TypeError, ValueError):
            continue
        found = _fit(model, result, DataSource(source.__name__, arguments), fields, library)
        if isinstance(found, Fit):
            return found
        why = why or found
    return why or f"{source.__name__} has no fields of these sizes."


def _variants(source: type[Source], result: GraphResult) -> Iterator[dict[str, Value]]:
    """The source's arguments brought to the sizes that the model takes, nearest guess first."""
    takes = source.arguments()
    for type_ in result.inputs.values():
        if not isinstance(type_, TensorType):
            continue
        sizes = [size if isinstance(size, int) else None for size in type_.shape]
        if len(sizes) == 4 and sizes[1] and sizes[2] and sizes[2] == sizes[3]:
            yield _known(takes, size=sizes[2], channels=sizes[1])
        if len(sizes) == 2 and sizes[1]:
            if type_.dtype == "int64":
                yield _known(takes, length=sizes[1])
            elif isqrt(sizes[1]) ** 2 == sizes[1]:
                yield _known(takes, size=isqrt(sizes[1]), channels=1)
    yield {}


def _known(takes: Mapping[str, Any], **wanted: Value) -> dict[str, Value]:
    return {name: value for name, value in wanted.items() if name in takes and takes[name].accepts(value) is None}


def _fit(model: str, result: GraphResult, data: DataSource, fields: tuple[Field, ...], library: Library) -> Fit | str:
    feeds: dict[str, str] = {}
    flat: list[str] = []
    for port in result.graph.inputs:
        if port.optional:
            continue
        type_ = result.inputs.get(port.name)
        if not isinstance(type_, TensorType):
            return f"The model’s input {port.name} is no tensor; draw the steps for it by hand."
        field = _field_for(port.name, type_, [field for field in fields if field.name not in feeds.values()])
        if field is None:
            has = ", ".join(f"{field.name} {field.type}" for field in fields)
            return f"{model} takes {port.name} as {type_}; {data.block} gives {has}."
        feeds[port.name] = field.name
        if isinstance(field.type, TensorType) and field.type.rank != type_.rank:
            flat.append(port.name)
    first = next((field for field in fields if field.name == next(iter(feeds.values()), "")), None)
    if first is None:
        return f"{model} has no input. Give its graph one first."
    for output, made in result.outputs.items():
        if isinstance(made, TensorType):
            goal = _goal(made, fields, feeds, library)
            if isinstance(goal, str):
                return goal
            target, loss, metric, arguments = goal
            return Fit(
                model=model, data=data, feeds=feeds, flat=tuple(flat), output=output, target=target, loss=loss,
                metric=metric, arguments=arguments, rank=made.rank, picture=_is_picture(first.type),
            )  # fmt: skip
    return f"{model} gives no tensor."


def _is_picture(type_: object) -> bool:
    return isinstance(type_, TensorType) and type_.rank == 4 and type_.shape[1] in (1, 3)


def _field_for(name: str, wanted: TensorType, fields: list[Field]) -> Field | None:
    """The field for an input: of its very name, else the first whose type fits as it is, else one to be made flat."""
    named = sorted(fields, key=lambda field: field.name != name)
    for test in (_agree, _agree_flat):
        for field in named:
            if isinstance(field.type, TensorType) and test(field.type, wanted):
                return field
    return None


def _agree(given: TensorType, wanted: TensorType) -> bool:
    same = given.rank == wanted.rank and given.dtype == wanted.dtype and given.shape[:1] == wanted.shape[:1]
    return same and not any(map(differ, given.shape, wanted.shape))


def _agree_flat(given: TensorType, wanted: TensorType) -> bool:
    if wanted.rank != 2 or given.rank < 3 or given.dtype != wanted.dtype:
        return False
    sizes = [size for size in given.shape[1:] if isinstance(size, int)]
    return len(sizes) == given.rank - 1 and prod(sizes) == wanted.shape[1]


def _goal(
    made: TensorType, fields: tuple[Field, ...], feeds: Mapping[str, str], library: Library
) -> tuple[str, str, str, dict[str, Value]] | str:
    """Field to compare with, loss, metric and their arguments."""
    free = [field for field in fields if field.name not in feeds.values()]
    free.sort(key=lambda field: LIKELY_TARGETS.index(field.name) if field.name in LIKELY_TARGETS else 99)
    rebuilt = [field for field in fields if field.name in feeds.values()]
    for field in (*free, *rebuilt):
        for loss, metric, arguments in GOALS:
            if not _takes(library.get(loss), arguments, made, field.type):
                continue
            scores = made.shape[-1 if arguments else 1] if made.rank > 1 else 1
            if field.labels and isinstance(scores, int) and scores < len(field.labels):
                return (
                    f"The model gives {scores} scores, and “{field.name}” has {len(field.labels)} classes. "
                    f"Make its last layer {len(field.labels)} wide."
                )
            return field.name, loss, metric, dict(arguments)
    compared = ", ".join(f"{field.name} {field.type}" for field in free) or "nothing else"
    return f"The model gives {made}, which no loss compares with {compared}."


def best(elaboration: Elaboration, library: Library, model: str) -> list[type[Source]]:
    """All sources, those that fit first: the data already here before the others, unchanged fields before flat ones."""

    def rank(source: type[Source]) -> int:
        found = fit(elaboration, library, model, source)
        if isinstance(found, str):
            return 9
        return 4 * bool(source(**found.data.arguments).missing()) + 2 * bool(found.flat) + (found.loss == "MSELoss")

    return sorted(sources(library), key=rank)


def _takes(block: type[Block], arguments: Mapping[str, Value], made: TensorType, target: object) -> bool:
    try:
        block(**arguments).infer(made, target)
    except ShapeError:
        return False
    return isinstance(target, TensorType)


# -- the edit ------------------------------------------------------------------------------------------------------


def add_recipe(document: Document, library: Library, found: Fit, preset: str | None = None) -> Changed:
    """Training step, evaluation and preview, drawn, and the recipe that runs them: one edit."""
    if document.recipe is not None:
        raise EditError("This document has a recipe already.")
    drawn = [_train(document, library, found), _evaluate(document, library, found), _predict(document, library, found)]
    train, evaluate, predict = drawn
    graphs = {**document.graphs, **{graph.name: graph for graph in drawn}}
    recipe = Recipe(
        data=found.data,
        stages=(
            Stage(
                name="train",
                steps=STEPS,
                phases=(
                    Phase(
                        name="learn",
                        step=train.name,
                        models=(found.model,),
                        optimiser=Optimiser("AdamW", {"lr": RATE}),
                        schedule=Schedule("cosine"),
                    ),
                ),
            ),
        ),
        evaluations=(
            Evaluation(name="validation", graph=evaluate.name, split="validation", every=EVERY),
            Evaluation(name="test", graph=evaluate.name, split="test"),
        ),
        previews=(Preview(name="predictions", graph=predict.name, show=_show(found), every=EVERY),),
    )
    made = settings.replace_recipe(replace(document, graphs=graphs), recipe).document
    before = {problem.message for problem in elaborate(document, library, preset).problems}
    new = [p for p in elaborate(made, library, preset).problems if p.severity == "error" and p.message not in before]
    if new:
        raise EditError(f"These steps would not fit: {new[0].message}")
    return Changed(made, "add a training recipe")


def _show(found: Fit) -> str:
    if not found.picture:
        return "table"
    return "masks" if found.loss == "CrossEntropyLoss" and found.rank == 4 else "images"


def _begin(document: Document, name: str, summary: str, found: Fit) -> tuple[Drawing, dict[str, Wire], Wire]:
    """A step's drawing with the source's fields as inputs, and what the model makes of them."""
    step = Drawing(fresh(name, document.graphs), summary)
    fields = {field: step.input(field) for field in dict.fromkeys(found.feeds.values())}
    wired: dict[str, Wire] = {}
    for port, field in found.feeds.items():
        wire = fields[field]
        if port in found.flat:
            wire = step.add(f"flatten_{field}", "Flatten", wired={"input": wire}, output="output")
        wired[port] = wire
    made = step.add(found.model, f"model:{found.model}", wired=wired, output=found.output)
    return step, fields, made


def _compared(step: Drawing, library: Library, block: str, name: str, made: Wire, target: Wire, found: Fit) -> Wire:
    first, second = (port.name for port in library.get(block).inputs)
    return step.add(name, block, wired={first: made, second: target}, output="output", **found.arguments)


def _closed(step: Drawing) -> Graph:
    return step.finished({}, {})


def _target(step: Drawing, fields: dict[str, Wire], found: Fit) -> Wire:
    return fields[found.target] if found.target in fields else step.input(found.target)


def _train(document: Document, library: Library, found: Fit) -> Graph:
    step, fields, made = _begin(document, "TrainStep", "One batch: what the model gives, and how far off it is.", found)
    target = _target(step, fields, found)
    loss = "cross_entropy" if found.loss == "CrossEntropyLoss" else "squared_error"
    step.output("loss", _compared(step, library, found.loss, loss, made, target, found))
    return _closed(step)


def _evaluate(document: Document, library: Library, found: Fit) -> Graph:
    step, fields, made = _begin(document, "Evaluate", "How well it does over a whole split.", found)
    target = _target(step, fields, found)
    name = "accuracy" if found.metric == "Accuracy" else "mean_squared_error"
    step.output(name, _compared(step, library, found.metric, name, made, target, found))
    return _closed(step)


def _predict(document: Document, library: Library, found: Fit) -> Graph:
    step, fields, made = _begin(document, "Predict", "What the model makes of a few examples.", found)
    first = next(iter(fields))
    if found.picture:
        step.output(first, fields[first])
    if found.loss == "CrossEntropyLoss":
        dim = -1 if found.arguments else 1
        made = step.add("most_likely", "ArgMax", wired={"input": made}, output="output", dim=dim)
    name = found.target if found.target not in fields else found.output
    step.output(fresh(name, list(fields)), made)
    return _closed(step)

"""What to ask of the engine about a document or a run: requests made from them, for the window and the command line."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.codegen.generate import model_source, steps_source
from app.codegen.training import source_files
from app.codegen.training_parts import Parts
from app.core.block import Field, Library, Source
from app.core.document import Document, Preview
from app.core.elaborate import Elaboration, GraphResult, elaborate
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from app.messages import Build, Forecast, Given, Input, Inspect, ModelCheck, RunGraph, Tensor, Text, Values
from app.runs import Run
from app.weights.delivery import prepared_for
from app.weights.published import Prepared, class_names

EXAMPLE_BATCH, EXAMPLE_LENGTH = 2, 16


class Runnable(Struct, frozen=True, kw_only=True):
    """A graph of a run that a user can give an input: a preview, or a model by itself.

    ``inputs`` are its types, with None for sizes that the input decides; ``takes`` says for each which form of input
    suits: ``image``, ``text`` or ``values``; ``labels`` names its classes, and ``fields`` the field of the data that it
    is fed from, if one is.
    """

    name: str
    title: str
    is_step: bool
    inputs: tuple[Tensor, ...]
    outputs: tuple[str, ...]
    takes: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...] = ()
    fields: tuple[str, ...] = ()
    show: str = "values"


class _Sizes(dict[str, int]):
    def __missing__(self, name: str) -> int:
        return EXAMPLE_BATCH if name == "B" else EXAMPLE_LENGTH


_SIZES = _Sizes()


def build_request(
    document: Document, library: Library, preset: str | None = None, elaboration: Elaboration | None = None
) -> Build:
    """Compile, build and run once every model of the document, and compare with what was drawn."""
    found = elaboration or elaborate(document, library, preset)
    return Build(
        model=model_source(document, library, preset),
        steps=steps_source(document, library, preset) if document.recipe is not None else None,
        checks=tuple(_check(name, result) for name, result in found.models.items()),
    )


def inspect_request(
    document: Document,
    library: Library,
    model: str,
    preset: str | None = None,
    *,
    run: Run | None = None,
    elaboration: Elaboration | None = None,
) -> Inspect:
    """Activations, gradients and times of a model, fresh or with a run's newest weights."""
    found = elaboration or elaborate(document, library, preset)
    return Inspect(
        model=model_source(document, library, preset),
        check=_check(model, found.models[model]),
        folder=str(run.folder) if run is not None else "",
    )


def forecast_request(
    document: Document,
    library: Library,
    preset: str | None = None,
    *,
    device: str | None = None,
    seed: int = 0,
    path: Path | None = None,
    before: Elaboration | None = None,
) -> Forecast:
    """Time and memory of training, measured on a few real steps. ``path`` is the document's file."""
    return Forecast(
        files=source_files(document, library, preset, before),
        device=device or (document.recipe.device if document.recipe is not None else "auto"),
        seed=seed,
        cwd=str(path.resolve().parent) if path is not None else os.getcwd(),
    )


def runnables(document: Document, library: Library, preset: str | None = None) -> list[Runnable]:
    """What a user can give an input to, previews first."""
    found = elaborate(document, library, preset)
    parts = Parts(document, library, preset)
    previews = {run.graph: run for run in parts.recipe.previews if document.graphs[run.graph].inputs}
    made = [_runnable(parts, name, run.name, found.steps[name], run) for name, run in previews.items()]
    made += [_runnable(parts, name, name, result, None) for name, result in found.models.items()]
    return [runnable for runnable in made if runnable.inputs]


def run_request(
    run: Run,
    library: Library,
    graph: str,
    given: Mapping[str, Given] | Sequence[Given],
    *,
    checkpoint: str = "",
    device: str = "cpu",
    seed: int = 0,
) -> RunGraph:
    """Run a graph of a run on an input, with the weights of its newest (or a named) checkpoint."""
    document, preset = run.document(), run.settings.preset
    found = {runnable.name: runnable for runnable in runnables(document, library, preset)}
    if graph not in found:
        raise ValueError(f"“{graph}” cannot be given an input; these can: {', '.join(found) or 'none'}.")
    wanted, parts = found[graph], Parts(document, library, preset)
    by_name = (
        dict(given) if isinstance(given, Mapping) else dict(zip((t.name for t in wanted.inputs), given, strict=False))
    )
    expected = prepared_for(run, checkpoint)
    if expected.pieces:
        by_name = {name: _numbers(one) if isinstance(one, Text) else one for name, one in by_name.items()}
    missing = [tensor.name for tensor in wanted.inputs if tensor.name not in by_name]
    if missing:
        raise ValueError(f"{graph} also needs an input for {', '.join(missing)}.")
    preview = _preview(parts, graph)
    feeds = preview.feeds if preview is not None else {}
    names = parts.document.models_in(graph) if wanted.is_step else [graph]
    return RunGraph(
        folder=str(run.folder),
        graph=graph,
        is_step=wanted.is_step,
        arguments=dict(preview.arguments) if preview is not None else {},
        models={name: document.models[name].average_of or name for name in names},
        inputs=tuple(_input(parts, tensor, feeds, by_name[tensor.name], expected) for tensor in wanted.inputs),
        outputs=wanted.outputs,
        show=wanted.show,
        labels=_labels(parts, wanted, expected),
        checkpoint=checkpoint,
        device=device,
        seed=seed,
        reader=parts.reader,
        fields={name: () if expected.pieces else field.labels for name, field in parts.fields.items()},
        reader_arguments={name: getattr(parts.source, name) for name in type(parts.source).arguments()},
        cwd=run.settings.folder,
    )


def _numbers(given: Text) -> Values:
    """A text for weights that read pieces of words: the numbers of these."""
    try:
        return Values(msgspec.json.decode(given.text, type=list[int]))
    except msgspec.MsgspecError:
        raise ValueError(
            "These weights read pieces of words as their publisher numbers them, not characters, and what makes them "
            "of a text is not here. Give the numbers, such as [15496, 995]."
        ) from None


def _check(name: str, result: GraphResult) -> ModelCheck:
    return ModelCheck(
        name=name,
        inputs=tuple(_tensor(port, type_, _size) for port, type_ in result.inputs.items()),
        outputs=tuple(
            _tensor(port, type_, _size) for port, type_ in result.outputs.items() if isinstance(type_, TensorType)
        ),
    )


def _tensor(name: str, type_: Any, size: Any) -> Tensor:
    if not isinstance(type_, TensorType):
        return Tensor(name, (None,))
    return Tensor(name, tuple(size(dim) for dim in type_.shape), type_.dtype)


def _size(dim: Any) -> int:
    """An example's size: two of a batch, sixteen of any other unknown length."""
    return dim.poly.value(_SIZES) if isinstance(dim, Symbol) else int(dim)


def _known(dim: Any) -> int | None:
    return None if isinstance(dim, Symbol) else int(dim)


def _preview(parts: Parts, graph: str) -> Preview | None:
    return next((run for run in parts.recipe.previews if run.graph == graph), None)


def _runnable(parts: Parts, name: str, title: str, result: GraphResult, preview: Preview | None) -> Runnable:
    inputs = tuple(_tensor(port, type_, _known) for port, type_ in result.inputs.items())
    feeds = preview.feeds if preview is not None else {}
    fields = [_field(parts, tensor, feeds) for tensor in inputs]
    return Runnable(
        name=name,
        title=title,
        is_step=preview is not None,
        inputs=inputs,
        outputs=tuple(result.outputs),
        takes=tuple(_form(parts, tensor, feeds) for tensor in inputs),
        labels=tuple(field.labels if field is not None else () for field in fields),
        fields=tuple(field.name if field is not None else "" for field in fields),
        show=preview.show if preview is not None else "values",
    )


def _form(parts: Parts, tensor: Tensor, feeds: Mapping[str, str]) -> str:
    """Which form of input suits: a picture, a text, or numbers."""
    shape = tensor.shape
    field = _field(parts, tensor, feeds)
    if tensor.dtype.startswith("int") and field is not None and field.labels and len(shape) == 2:
        return "text"
    if tensor.dtype == "float32" and len(shape) == 4 and shape[1] in (1, 3):
        return "image"
    picture = field is not None and len(field.type.shape) == 4 and field.type.shape[1] in (1, 3)
    return "image" if picture and tensor.dtype == "float32" else "values"


def _input(parts: Parts, tensor: Tensor, feeds: Mapping[str, str], given: Given, expected: Prepared) -> Input:
    field = _field(parts, tensor, feeds)
    low, high = _value_range(parts.source)
    plain = Input(type=tensor, given=given, low=low, high=high, mean=expected.mean, deviation=expected.deviation)
    if field is None:
        return plain
    picture = tuple(_known(dim) for dim in field.type.shape)
    return replace(plain, labels=() if expected.pieces else field.labels, field=field.name, picture=picture)


def _field(parts: Parts, tensor: Tensor, feeds: Mapping[str, str]) -> Field | None:
    """The field of the data that an input is fed from: by name, else the first of the same numbers."""
    named = parts.fields.get(feeds.get(tensor.name, tensor.name))
    return named or next((field for field in parts.fields.values() if _alike(field.type, tensor)), None)


def _alike(field: TensorType, tensor: Tensor) -> bool:
    sizes = [_known(dim) for dim in field.shape[1:]]
    if field.dtype != tensor.dtype or not sizes or None in (*sizes, *tensor.shape[1:]):
        return False
    return math.prod(cast(list[int], sizes)) == math.prod(cast(tuple[int, ...], tensor.shape[1:]))


def _value_range(source: Source) -> tuple[float, float]:
    """What black and white are to the model, where the source says so as ``-1..1``."""
    text = getattr(source, "value_range", "0..1")
    low, separator, high = str(text).partition("..")
    try:
        return (float(low), float(high)) if separator else (0.0, 1.0)
    except ValueError:
        return 0.0, 1.0


def _labels(parts: Parts, wanted: Runnable, expected: Prepared) -> dict[str, tuple[str, ...]]:
    """Names of classes by output: of the field of that name, else the data's only ones, else those that published
    weights were trained on. Pieces of words have none here.
    """
    if expected.pieces:
        return {}
    named = [field.labels for field in parts.fields.values() if field.labels]
    only = named[0] if named and all(labels == named[0] for labels in named) else ()
    only = only or (class_names(expected.labels) if not named else ())
    found: dict[str, tuple[str, ...]] = {}
    for name in wanted.outputs:
        field = parts.fields.get(name)
        labels = field.labels if field is not None and field.labels else only
        if labels:
            found[name] = labels
    return found

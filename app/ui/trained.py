"""A run's document as it was trained: the ways to run it on an input, and the requests to the engine. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from app.core.block import Field, Library
from app.core.document import Document, Graph, Kind, Value
from app.core.elaborate import elaborate, source_fields
from app.core.recipe import evaluated, recipe_of
from app.core.tensor_type import INTEGER, TensorType, WireType
from app.messages import Example, Given, Input, RunGraph, Tensor
from app.runs import Run, RunError


class Way(Struct, frozen=True, kw_only=True):
    """One thing to run: a model by itself, or a graph of the recipe's previews. ``takes``: image, text or example."""

    title: str
    graph: str
    inputs: tuple[tuple[str, str, Tensor], ...]
    """Name of each input, the source's field that feeds it, and its type."""
    outputs: tuple[str, ...]
    show: str
    takes: str
    is_step: bool = False
    arguments: Mapping[str, Value] = {}


class Trained:
    """What a run trained, read from its folder."""

    def __init__(self, run: Run, library: Library) -> None:
        self.run = run
        self.document = run.document()
        preset = run.settings.preset or None
        self._elaboration = elaborate(self.document, library, preset)
        recipe = recipe_of(self.document, preset)
        if recipe is None:
            raise RunError("its document has no recipe")
        self.recipe = recipe
        self.source, fields = source_fields(recipe.data, library, self._elaboration.values)
        self.fields: dict[str, Field] = {field.name: field for field in fields}
        self.ways = sorted([*self._models(), *self._previews()], key=lambda way: way.takes == "example")

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes' names, as far as the data know them."""
        return next((field.labels for field in self.fields.values() if field.labels), ())

    def _models(self) -> Iterator[Way]:
        for name, result in self._elaboration.models.items():
            inputs = _tensors(result.inputs)
            if inputs is not None and not self.document.models[name].average_of:
                fed = tuple((port, self._field_like(port, tensor), tensor) for port, tensor in inputs)
                outputs = tuple(port.name for port in result.graph.outputs)
                show = "bars" if self.labels else "values"
                yield Way(
                    title=f"{name} (model)", graph=name, inputs=fed, outputs=outputs, show=show, takes=_takes(inputs)
                )

    def _previews(self) -> Iterator[Way]:
        for preview in self.recipe.previews:
            result = self._elaboration.steps.get(preview.graph)
            inputs = _tensors(result.inputs) if result is not None else None
            if result is None or inputs is None:
                continue
            fed = tuple((port, preview.feeds.get(port, port), tensor) for port, tensor in inputs)
            yield Way(
                title=f"{preview.name} ({preview.graph})",
                graph=preview.graph,
                inputs=fed,
                outputs=tuple(port.name for port in result.graph.outputs),
                show=preview.show,
                takes=_takes(inputs),
                is_step=True,
                arguments=preview.arguments,
            )

    def _field_like(self, port: str, tensor: Tensor) -> str:
        """The source's field that a model's input would take: of its name, else of its type."""
        if port in self.fields:
            return port
        alike = (name for name, field in self.fields.items() if _tensor(name, field.type).shape == tensor.shape)
        return next(alike, "")

    def request(self, way: Way, given: Given, checkpoint: str) -> RunGraph:
        """Ask for one run. What the person gave goes into the first input; others take the first test example."""
        inputs = tuple(
            Input(
                type=tensor,
                given=given if number == 0 or isinstance(given, Example) else Example(),
                labels=self.fields[field].labels if field in self.fields else (),
                field=field,
            )
            for number, (_, field, tensor) in enumerate(way.inputs)
        )
        return RunGraph(
            folder=str(self.run.folder),
            graph=way.graph,
            inputs=inputs,
            outputs=way.outputs,
            show=way.show,
            models=self._builders(way),
            is_step=way.is_step,
            arguments=self._plain(way.arguments),
            checkpoint=str(self.run.folder / "checkpoints" / checkpoint) if checkpoint else "",
            labels=dict.fromkeys(way.outputs, self.labels) if self.labels else {},
            reader=self.source.reader if self.source is not None else "",
            reader_arguments=self._reader_arguments(),
            cwd=self.run.settings.folder,
        )

    def _builders(self, way: Way) -> dict[str, str]:
        """The function that builds each model; an average is built as what it follows."""
        models = self.document.models
        names = models_in(self.document, self.document.graphs[way.graph]) if way.is_step else [way.graph]
        return {name: models[name].average_of or name for name in names}

    def _plain(self, arguments: Mapping[str, Value]) -> dict[str, Value]:
        return {name: evaluated(value, self._elaboration.values, name) for name, value in arguments.items()}

    def _reader_arguments(self) -> Mapping[str, Value]:
        source = self.source
        return {name: getattr(source, name) for name in source.arguments()} if source is not None else {}


def _tensors(types: Mapping[str, WireType]) -> list[tuple[str, Tensor]] | None:
    """Inputs as the engine is told of them; None where one is no tensor."""
    found = []
    for name, wire in types.items():
        if not isinstance(wire, TensorType):
            return None
        found.append((name, _tensor(name, wire)))
    return found


def _tensor(name: str, wire: TensorType) -> Tensor:
    return Tensor(name, tuple(dim if isinstance(dim, int) else None for dim in wire.shape), wire.dtype)


def _takes(inputs: list[tuple[str, Tensor]]) -> str:
    """What a person can give: decided by the first input."""
    if not inputs:
        return "example"
    tensor = inputs[0][1]
    if len(tensor.shape) == 4 and tensor.shape[1] in (1, 3) and tensor.dtype not in INTEGER:
        return "image"
    return "text" if len(tensor.shape) == 2 and tensor.dtype in INTEGER else "example"


def models_in(document: Document, graph: Graph) -> Iterator[str]:
    """Models that a graph calls, in order of first use."""
    seen: set[str] = set()
    for node in graph.nodes.values():
        for use in (node.use, *(case.use for case in node.cases)):
            found = [use.name] if use.kind is Kind.MODEL else []
            if use.kind is Kind.GRAPH and use.name in document.graphs:
                found = list(models_in(document, document.graphs[use.name]))
            for name in found:
                if name not in seen:
                    seen.add(name)
                    yield name

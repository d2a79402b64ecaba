"""What can be put on the canvas: the library's blocks, and this document's graphs and models. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from app.core.block import Block, Library, Port, Source
from app.core.document import Code, Document, Graph, Kind, Node
from app.core.problems import ShapeError
from app.core.python_code import CodeError, read
from app.core.tensor_type import ModuleType, TensorType, WireType
from app.ui import fuzzy

MIME = "application/x-netloom-block"
GRAPHS, MODELS, OWN = "This document’s graphs", "This document’s models", "Your blocks"
PYTHON = "This document’s Python"
FILE = "file:"
"""What a payload begins with that is no part of the document yet: the file of a block of one's own."""


class Offer(Struct, frozen=True, kw_only=True):
    """One thing to add. ``payload`` is what a drag carries: ``block:Conv2d``, ``graph:Bottleneck``."""

    payload: str
    name: str
    family: str
    summary: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return Kind.GRAPH if self.is_file else Kind(self.payload.partition(":")[0])

    @property
    def is_file(self) -> bool:
        return self.payload.startswith(FILE)

    @property
    def known_by(self) -> tuple[str, Sequence[str], str]:
        return self.name, self.synonyms, self.summary


def title(family: str) -> str:
    """``convolution_blocks`` is “Convolution blocks”."""
    return family[:1].upper() + family[1:].replace("_", " ")


def block_offers(library: Library) -> list[Offer]:
    """Every block that goes on a canvas; data sources are chosen in the training panel instead."""
    return [
        Offer(
            payload=f"block:{block.__name__}",
            name=block.__name__,
            family=library.family(block.__name__),
            summary=block.summary(),
            synonyms=tuple(block.synonyms),
        )
        for block in library.all()
        if not issubclass(block, Source)
    ]


def document_offers(document: Document, into: str) -> list[Offer]:
    """Graphs that may be put into the graph ``into`` without containing themselves, and models where it is a step."""
    reaching = {name for name in document.graphs if into in reached(document, name)}
    found = [
        Offer(payload=f"graph:{graph.name}", name=graph.name, family=GRAPHS, summary=graph.summary)
        for graph in document.graphs.values()
        if graph.name not in reaching and graph.name not in set(document.step_graphs())
    ]
    found += [
        Offer(payload=f"block:{name}", name=name, family=PYTHON, summary=_summary(code))
        for name, code in document.codes.items()
    ]
    of_models = {name for model in document.models.values() for name in reached(document, model.graph)}
    if into not in of_models:
        found += [
            Offer(payload=f"model:{model.name}", name=model.name, family=MODELS, summary=f"The model {model.name}.")
            for model in document.models.values()
        ]
    return found


@lru_cache(maxsize=64)
def _summary(code: Code) -> str:
    """What a document's own Python says of itself, or what is wrong with it."""
    try:
        return read(code.text).summary
    except CodeError as error:
        return str(error)


def own_offers() -> list[Offer]:
    """The blocks that the person has kept; those whose file is broken are left out here."""
    from app.own_blocks import own_blocks  # not for the first frame

    return [
        Offer(payload=f"{FILE}{block.path}", name=block.name, family=OWN, summary=block.summary)
        for block in own_blocks()
        if not block.wrong
    ]


def reached(document: Document, name: str) -> set[str]:
    """A graph and every graph inside it."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        at = waiting.pop()
        graph = document.graphs.get(at)
        if at in seen or graph is None:
            continue
        seen.add(at)
        waiting.extend(_inside(document, graph))
    return seen


def _inside(document: Document, graph: Graph) -> Iterator[str]:
    for node in graph.nodes.values():
        for use in node.uses:
            if use.kind is Kind.GRAPH:
                yield use.name
            elif use.kind is Kind.MODEL and use.name in document.models:
                yield document.models[use.name].graph


def ports_of(use_kind: Kind, name: str, library: Library, document: Document) -> tuple[list[str], list[str]]:
    """Names of the inputs and outputs of what an offer would add, in order."""
    if use_kind is Kind.BLOCK:
        block = library.find(name)
        if block is None:
            return [], []
        inputs, outputs = _ports(block)
        return [port.name for port in inputs], [port.name for port in outputs]
    graph = document.graphs.get(document.models[name].graph if use_kind is Kind.MODEL else name)
    if graph is None:
        return [], []
    return [port.name for port in graph.inputs], [port.name for port in graph.outputs]


def wires_needed(use_kind: Kind, name: str, library: Library, document: Document) -> int:
    """How many wires what an offer would add cannot do without."""
    if use_kind is Kind.BLOCK:
        block = library.find(name)
        ports = _ports(block)[0] if block is not None else ()
        return sum(port.least if port.variadic else 1 for port in ports if not port.optional)
    graph = document.graphs.get(document.models[name].graph if use_kind is Kind.MODEL else name)
    return sum(not port.optional for port in graph.inputs) if graph is not None else 0


def node_ports(node: Node, library: Library, document: Document) -> tuple[list[str], list[str]]:
    return ports_of(node.use.kind, node.use.name, library, document)


def _ports(block: type[Block]) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    try:
        return block().ports()
    except (TypeError, ValueError):
        return block.inputs, block.outputs


def input_fitting(offer: Offer, wire: WireType, library: Library, document: Document) -> str | None:
    """The input of the offered thing that takes a wire of this type; None where none does."""
    name = offer.payload.partition(":")[2]
    if offer.is_file:
        return ""  # which input it is shows once the graph is in the document
    if offer.kind is not Kind.BLOCK:
        inputs, _ = ports_of(offer.kind, name, library, document)
        return inputs[0] if inputs else None
    block = library.get(name)
    inputs_of = _ports(block)[0]
    fitting = [port for port in inputs_of if port.module is isinstance(wire, ModuleType)]
    if not fitting:
        return None
    return fitting[0].name if _accepts(block, inputs_of, wire) else None


def _accepts(block: type[Block], inputs: tuple[Port, ...], wire: WireType) -> bool:
    """Whether the block's rule takes the type; several inputs or an unknown type leave it open."""
    required = [port for port in inputs if not port.optional]
    if not isinstance(wire, TensorType) or len(required) > 1 or any(port.variadic for port in inputs):
        return True
    given: list[Any] = [wire, *([None] * (len(inputs) - 1))]
    try:
        block(**block.defaults()).infer(*given)
    except ShapeError:
        return False
    except TypeError:
        return True
    return True


def search(query: str, items: Sequence[Offer]) -> list[Offer]:
    """The offers that answer a query, best first."""
    return fuzzy.best(query, items, lambda offer: offer.known_by)

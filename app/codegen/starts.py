"""Where a rule for starting values points: nodes by name through graphs, and what a type checker sees there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from app.codegen.construct import call_of
from app.codegen.tracing import own_of, walk
from app.core.block import Module
from app.core.document import Graph, Kind, Node
from app.core.formula import is_formula
from app.core.results import KEY_INDEX, GraphResult, unit_key

if TYPE_CHECKING:
    from app.codegen.project import Project
    from app.codegen.view import View

_DECLARED = frozenset(("weight", "bias", "weight_ih", "weight_hh", "in_proj_weight", "out_proj.weight"))
"""Parameters that torch's classes declare; others a checker takes for anything that a module may hold."""


def declares(target: str, parameter: str) -> bool:
    """Whether a checker knows that a class has this parameter, and that it is there."""
    if not target.startswith("nn."):
        return "." not in parameter
    return parameter in _DECLARED and not (parameter == "bias" and "Conv" in target)


class Sort(NamedTuple):
    """Blocks that are alike to whoever begins their parameters: what is made of them, and which weights it has."""

    kind: str
    target: str | None
    source: str | None
    weights: tuple[str, ...]


@lru_cache(maxsize=4096)
def sorts_in(result: GraphResult) -> tuple[Sort, ...]:
    """The sorts of blocks in an instance, at any depth, in order of appearance."""
    found: dict[Sort, None] = {}
    for inner in walk(result):
        for node in inner.nodes.values():
            for unit in node.units:
                if unit.block is not None:
                    made = call_of(unit)
                    target, source = (made.target, made.source) if isinstance(made, Module) else (None, None)
                    found[Sort(type(unit.block).__name__, target, source, tuple(unit.weights))] = None
    return tuple(found)


def sorts_of(view: View) -> Iterator[Sort]:
    """Those in any instance of a graph."""
    for _, result in view.results:
        yield from sorts_in(own_of(result))


def is_more(project: Project, view: View, target: str, kinds: list[str]) -> bool:
    """Whether modules of other blocks than these are of the class, too, being of a subclass of it."""
    if target == "nn.Linear" and "MultiheadAttention" in project.blocks_of(view.graph.name):
        return True  # what it ends with is a subclass
    others = {sort.source: sort.target for sort in sorts_of(view)}
    return any(own != target and target in _bases(project.modules[source]) for source, own in others.items() if source)


@lru_cache(maxsize=256)
def _bases(text: str) -> frozenset[str]:
    """The classes that a file's classes are made from."""
    classes = [part for part in ast.parse(text).body if isinstance(part, ast.ClassDef)]
    return frozenset(ast.unparse(base) for part in classes for base in part.bases)


@dataclass(frozen=True)
class Place:
    """One parameter, or that of every copy of a repeat."""

    pieces: tuple[str, ...]
    """The key: one text, or those before, between and behind the numbers of copies."""
    is_left_out: bool
    """Whether the node, or one that it lies in, is bypassed or muted: then there is nothing to begin."""
    may_be_absent: bool
    """Whether it is there under some arguments only."""
    is_seen: bool
    """Whether a type checker can follow the attributes to it."""

    @property
    def has_copies(self) -> bool:
        return len(self.pieces) > 1

    @property
    def pattern(self) -> str:
        """A regular expression for the keys that are meant."""
        return r"\d+".join(re.escape(piece) for piece in self.pieces)


def found_at(project: Project, view: View, label: str, parameter: str) -> Place:
    """Where a dotted name leads, from a graph inwards; a number behind a repeat's name picks one of its copies."""
    parts = [part for part in (*label.split("."), *parameter.split(".")) if part]
    pieces, piece = list[str](), ""
    is_left_out = may_be_absent = False
    is_seen = True
    place: Graph | None = view.graph
    while parts and place is not None and (node := place.named(parts[0])) is not None:
        parts.pop(0)
        is_left_out = is_left_out or node.bypass or node.mute
        may_be_absent = may_be_absent or node.enabled is not None
        is_seen = is_seen and not node.cases and node.repeat is None and not node.name.isdigit()
        if node.repeat is not None and not (parts and parts[0].isdigit()):
            start, end = _around_index(node)
            pieces.append(piece + start)
            piece = end + "."
        else:
            may_be_absent = may_be_absent or node.repeat is not None
            piece += unit_key(node, int(parts.pop(0)) if node.repeat is not None else 0) + "."
        place = project.document.graphs.get(node.use.name) if node.use.kind is Kind.GRAPH else None
        is_seen = is_seen and (place is None or not project.is_chain(place.name))
        if place is None or node.cases:
            rest = ".".join(parts)
            may_be_absent = may_be_absent or (bool(node.cases) and not _has_always(project, view, node, rest))
            may_be_absent = may_be_absent or is_formula(node.arguments.get(rest))
            is_seen = is_seen and (not rest or declares(project.target_of(view, node.use.name) or "", rest))
    pieces.append(piece + ".".join(parts) if parts else piece.removesuffix("."))
    return Place(tuple(pieces), is_left_out, may_be_absent, is_seen and len(pieces) == 1)


def _around_index(node: Node) -> tuple[str, str]:
    """What stands before and behind the number of a copy in its key."""
    assert node.repeat is not None
    text = node.repeat.keys.replace("{name}", node.name)
    index = KEY_INDEX.search(text)
    assert index is not None
    return text[: index.start()], text[index.end() :]


def _has_always(project: Project, view: View, node: Node, parameter: str) -> bool:
    """Whether each alternative of a node of this very graph has a parameter."""
    if view.graph.nodes.get(node.id) is not node:
        return False
    chosen = [*((case.use, case.arguments) for case in node.cases), (node.use, node.arguments)]
    others = [replace(node, use=use, arguments=arguments, cases=(), enabled=None) for use, arguments in chosen]
    forced = [project.collection.forced(result, other).nodes[node.id] for other in others for _, result in view.results]
    return all(found.units and all(parameter in unit.weights for unit in found.units) for found in forced)

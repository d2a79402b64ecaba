"""A document under each of its presets: what is wrong with one may be right in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from app.core.block import Library
from app.core.document import Document
from app.core.elaborate import Elaboration, elaborate
from app.core.problems import Path, Problem


class Found(Struct, frozen=True):
    """A problem, and the first preset that it shows under ("" where the document has none)."""

    preset: str
    problem: Problem


def under_every_preset(document: Document, library: Library, first: Elaboration) -> Iterator[Elaboration]:
    """The document resolved under each of its presets, the one of ``first`` before the others."""
    yield first
    for name in document.presets:
        if name != first.preset:
            first = elaborate(document, library, name, first)
            yield first


def told_once(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each cause under the first preset that shows it: a node's is one, whatever the sizes in its sentence are."""
    seen: dict[tuple[Path, str], Found] = {}
    for one in found:
        seen.setdefault((one.problem.path, "" if one.problem.path.node else one.problem.message), one)
    return tuple(seen.values())

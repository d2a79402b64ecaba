"""What code generation gives: text, and which node each line came from."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.core.problems import Path

FUNCTIONAL = "from torch.nn import functional as F  # noqa: N812"
"""The one import that carries a comment: everybody calls it F."""


class Source(Struct, frozen=True):
    """A generated file. ``lines`` gives, for a 1-based line number, the node that it came from."""

    text: str
    lines: Mapping[int, Path] = {}

    def lines_of(self, path: Path) -> list[int]:
        """The lines that a node (or a whole graph) gave rise to."""
        wanted = (path.graph, path.node)
        return [
            line
            for line, at in self.lines.items()
            if (at.graph, at.node) == wanted or (not path.node and at.graph == path.graph)
        ]


class GenerationError(ValueError):
    """The document cannot become code; the message says why and where."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path or Path()

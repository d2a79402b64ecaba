"""What is wrong with a document, said once, where it began, with what would mend it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Path(Struct, frozen=True):
    """Where: a graph of the document, a node in it, and a port or argument of that node. Empty parts mean the whole."""

    graph: str = ""
    node: str = ""
    part: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.graph, self.node, self.part) if part) or "document"


class SetArgument(Struct, frozen=True, tag="set_argument"):
    """Repair: give this node's argument another value."""

    argument: str
    value: object
    label: str = ""


class InsertBefore(Struct, frozen=True, tag="insert_before"):
    """Repair: put a block into the wire that enters this port, by the ports of the block that are named. ``place``:
    which wire, counted from 0, where several enter.
    """

    port: str
    block: str
    arguments: dict[str, object] = {}
    label: str = ""
    input: str = "input"
    output: str = "output"
    place: int = 0


class Disconnect(Struct, frozen=True, tag="disconnect"):
    """Repair: take away the wire that enters this port."""

    port: str
    label: str = ""


class RemoveNode(Struct, frozen=True, tag="remove_node"):
    """Repair: take the node out of the graph."""

    label: str = ""


Fix = SetArgument | InsertBefore | Disconnect | RemoveNode


class Problem(Struct, frozen=True):
    """One cause. ``expected`` and ``came`` are short enough for a node on the canvas; ``message`` is the sentence."""

    message: str
    path: Path = Path()
    severity: Severity = Severity.ERROR
    expected: str = ""
    came: str = ""
    fixes: tuple[Fix, ...] = ()

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class ShapeError(Exception):
    """Raised by a block's rules: what was expected, what came, and which fixes would mend it."""

    def __init__(
        self,
        message: str,
        *,
        expected: str = "",
        came: str = "",
        part: str = "",
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.came = came
        self.part = part
        self.fixes = fixes

    def at(self, path: Path) -> Problem:
        """The same as a problem of the node at ``path``."""
        part = self.part or path.part
        where = Path(path.graph, path.node, part)
        return Problem(self.message, where, Severity.ERROR, self.expected, self.came, self.fixes)

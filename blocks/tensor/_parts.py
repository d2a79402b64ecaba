"""Blocks that give a tensor's parts, one port for each, which a person may name: ``q, k, v``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, Port, port, text
from app.core.names import why_not_variable
from app.core.problems import SetArgument, ShapeError

NAMES_HELP = "What the parts are called, separated by commas: q, k, v. Empty: part0, part1, ..."
MOST = 64
"""A block with more ports than this cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Parts(Block):
    """Base of Split and Chunk: the number of outputs follows from the arguments."""

    names: str = text("", label="Names", help=NAMES_HELP)

    @property
    def count(self) -> int:
        raise NotImplementedError

    def parts(self) -> list[str]:
        """The parts' names: those given, else numbers."""
        return self.given() if self.names and self.why_not_names() is None else [f"part{i}" for i in range(self.count)]

    def given(self) -> list[str]:
        return [name.strip() for name in self.names.split(",")]

    def why_not_names(self) -> str | None:
        """None where the names can be used, else a sentence."""
        given = self.given()
        if len(given) != self.count:
            return f"There are {self.count} parts, but {len(given)} names."
        if len(set(given)) < len(given) or "input" in given:
            return f"The names of the parts must differ from each other and from “input”; “{self.names}” came."
        for name in given:
            reason = why_not_variable(name)
            if reason is not None:
                return f"“{name}” {reason}."
        return None

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        return self.inputs, tuple(port(name) for name in self.parts())

    def check_names(self) -> None:
        reason = self.why_not_names() if self.names else None
        if reason is not None:
            raise ShapeError(
                f"{reason} Give one name for each part, separated by commas, or none at all.",
                expected=f"{self.count} names",
                came=self.names,
                part="names",
                fixes=(SetArgument("names", "", "Number the parts"),),
            )

    def unpacking(self, template: str, **values: Any) -> Expression:
        """The expression whose result is taken apart: ``q, k, v = x.chunk(3, dim=-1)``."""
        names = self.parts()
        return Expression(template, returns=", ".join(names) + ("," if len(names) == 1 else ""), **values)

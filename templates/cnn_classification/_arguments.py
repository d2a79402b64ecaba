"""Handing arguments on to the graphs within."""

from __future__ import annotations

from app.core.document import Argument, Value


def passed(*arguments: Argument) -> dict[str, Value]:
    """The same arguments of a graph within (or of a model's graph), under the same names."""
    return {argument.name: f"={argument.name}" for argument in arguments}

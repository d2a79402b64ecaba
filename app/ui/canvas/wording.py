"""How types, counts and problems are put into the few characters that a node or a wire has room for."""

from __future__ import annotations

from typing import Any

from app.core.problems import Problem
from app.core.tensor_type import ABSENT, INTEGER, ModuleType, TensorType

BATCH = "B"
UNFINISHED = ("waits for a wire",)
"""On a node that nothing leans on yet."""


def kind_of(type_: Any) -> str:
    """What sort of thing a wire carries: it decides the wire's colour and the port's form."""
    if isinstance(type_, ModuleType):
        return "module"
    if not isinstance(type_, TensorType) or type_ is ABSENT:
        return "unknown"
    if type_.dtype in INTEGER or type_.dtype == "bool":
        return "integer"
    return ("scalar", "vector", "sequence", "image")[min(len(_without_batch(type_)), 3)]


def _without_batch(type_: TensorType) -> tuple[Any, ...]:
    shape = type_.shape
    return shape[1:] if shape and str(shape[0]) == BATCH else shape


def shape_text(type_: Any) -> str:
    """A shape without its batch: ``64×56×56``; a module's name; nothing where it is unknown."""
    if isinstance(type_, ModuleType):
        return type_.name
    if not isinstance(type_, TensorType) or type_ is ABSENT:
        return ""
    rest = _without_batch(type_)
    if not rest:
        return BATCH if type_.shape else "scalar"
    return "×".join(str(dim) for dim in rest)


def type_text(type_: Any) -> str:
    """A type in full, for tool tips: ``B×64×56×56 float32``."""
    if isinstance(type_, TensorType) and type_ is not ABSENT:
        return f"{'×'.join(map(str, type_.shape)) or 'scalar'} {type_.dtype}"
    return str(type_) if isinstance(type_, ModuleType) else ""


def count_text(count: int) -> str:
    """``36.9 K``, ``25.6 M``: three figures at most."""
    if count < 1000:
        return str(count)
    value, units = count / 1000, ["K", "M", "B", "T"]
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    text = f"{value:.3g}" if 100 <= value < 1000 else f"{value:.1f}".removesuffix(".0")
    return f"{text} {units[0]}"


def problem_lines(problem: Problem) -> tuple[str, ...]:
    """At most two lines for a node: what was expected and came, where both are short, else the sentence's begin."""
    if problem.expected and problem.came:
        return (f"expects {problem.expected}", f"got {problem.came}")
    if problem.expected:
        return (f"expects {problem.expected}",)
    first = problem.message.split(". ", 1)[0].rstrip(".")
    return (first,)

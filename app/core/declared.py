"""Changing what an argument is declared to take, with a default that fits."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.core.changes import EditError
from app.core.document import Argument, Value

KINDS = ("int", "float", "bool", "str", "choice", "ints", "floats", "table")
RANGED = frozenset({"int", "float"})


def recast(argument: Argument, kind: str) -> Argument:
    """The argument as another kind, its default as near as can be to what it was."""
    if kind not in KINDS:
        raise EditError(f"An argument is of one of the kinds {', '.join(KINDS)}; “{kind}” came.")
    if kind == argument.kind:
        return argument
    choices = (argument.choices or ("first", "second")) if kind == "choice" else ()
    columns = (argument.columns or ("first",)) if kind == "table" else ()
    low, high = (argument.low, argument.high) if kind in RANGED else (None, None)
    multiple_of = argument.multiple_of if kind == "int" else 1
    made = replace(argument, kind=kind, choices=choices, columns=columns, low=low, high=high, multiple_of=multiple_of)
    return replace(made, default=_default(made, argument.default))


def _default(made: Argument, before: Value) -> Value:
    items = before if isinstance(before, tuple) else (before,)
    while items and isinstance(items[0], tuple):
        items = items[0]
    number = _number(items[0] if items else None)
    if made.kind == "bool":
        return bool(number)
    if made.kind == "str":
        return "" if before is None else str(before)
    if made.kind == "choice":
        return before if before in made.choices else made.choices[0]
    if made.kind == "table":
        return (tuple([number] * len(made.columns)),)
    if made.kind in ("ints", "floats"):
        cast: Any = int if made.kind == "ints" else float
        return tuple(cast(_number(item)) for item in items) or (cast(number),)
    return int(number) if made.kind == "int" else float(number)


def _number(value: Value) -> int | float:
    """A number that a value stands for; 1 where it stands for none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else int(value is not False)


def with_choices(argument: Argument, choices: tuple[str, ...]) -> Argument:
    """Other choices; the default becomes the first of them where it is none of them any more."""
    if not choices:
        raise EditError(f"“{argument.name}” is a choice and needs at least one text to choose.")
    if len(set(choices)) != len(choices):
        raise EditError(f"One of the choices of “{argument.name}” stands there twice.")
    default = argument.default if argument.default in (*choices, None) else choices[0]
    return replace(argument, choices=choices, default=default)


def with_columns(argument: Argument, columns: tuple[str, ...]) -> Argument:
    """Other columns; rows of the default are cut or get 1 where a column is new."""
    if not columns:
        raise EditError(f"The table “{argument.name}” needs at least one column.")
    width = len(columns)
    rows = argument.default if isinstance(argument.default, tuple) else ()
    default = tuple((*row[:width], *([1] * (width - len(row)))) for row in rows if isinstance(row, tuple))
    return replace(argument, columns=columns, default=default if argument.default is not None else None)


def with_range(argument: Argument, low: float | None, high: float | None) -> Argument:
    """Least and largest value; the default must lie between them."""
    if low is not None and high is not None and low > high:
        raise EditError(f"“{argument.name}” cannot be at least {low:g} and at most {high:g}.")
    value = argument.default
    if isinstance(value, int | float) and not isinstance(value, bool):
        if low is not None and value < low:
            raise EditError(f"The default of “{argument.name}” is {value:g}, which is below {low:g}. Change it first.")
        if high is not None and value > high:
            raise EditError(f"The default of “{argument.name}” is {value:g}, which is above {high:g}. Change it first.")
    return replace(argument, low=low, high=high)


def with_multiple(argument: Argument, multiple_of: int) -> Argument:
    """What its values must be divisible by; the default must be, too."""
    if multiple_of < 1:
        raise EditError(f"“{argument.name}” can be a multiple of 1 or more; {multiple_of} came.")
    value = argument.default
    if isinstance(value, int) and value % multiple_of:
        raise EditError(f"The default of “{argument.name}” is {value}, no multiple of {multiple_of}. Change it first.")
    return replace(argument, multiple_of=multiple_of)


def must_be_given(argument: Argument, must: bool) -> Argument:
    """Without a default, whoever uses the graph must give a value."""
    if must:
        return replace(argument, default=None)
    return argument if argument.default is not None else replace(argument, default=_default(argument, None))

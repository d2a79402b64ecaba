"""Between what a person types into a field and the value that it means. No Qt."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.core.block import Argument
from app.core.document import Argument as Declared
from app.core.formula import FormulaError, is_formula, parse

_NUMBERS = re.compile(r"[,;×\s]+")


class FieldError(ValueError):
    """What was typed is no value of the field; the message says what is expected and what came."""


def as_argument(declared: Declared) -> Argument:
    """A graph's or document's argument, described as a block's are."""
    return Argument(
        kind=declared.kind,
        low=declared.low,
        high=declared.high,
        multiple_of=declared.multiple_of,
        choices=declared.choices,
        columns=declared.columns,
        help=declared.help,
        optional=declared.default is None,
    )


def shown(value: Any) -> str:
    """A value as a person writes it: ``3``, ``3, 5``, ``=planes * 4``; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple | list):
        return ", ".join(shown(item) for item in value)
    return str(value)


def read(argument: Argument, text: str) -> Any:
    """The value that a text means for this argument. Raises FieldError."""
    typed = text.strip()
    if typed.startswith("="):
        return formula(typed)
    value = _READERS[argument.kind](argument, text if argument.kind == "str" else typed)
    complaint = argument.accepts(value)
    if complaint is not None:
        raise FieldError(complaint)
    return value


def formula(text: str) -> str:
    """The formula, re-printed. Raises FieldError."""
    try:
        return "=" + parse(text).text
    except FormulaError as error:
        raise FieldError(str(error)) from None


def resolved(value: Any, names: dict[str, Any]) -> str:
    """What a formula comes to, for display beside it; empty for a plain value, a sentence where it has none."""
    if not is_formula(value):
        return ""
    try:
        return "= " + shown(parse(value).value(names))
    except FormulaError as error:
        return str(error)


def _whole(text: str) -> Any:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        return text


def _real(text: str) -> Any:
    whole = _whole(text)
    if isinstance(whole, int):
        return whole
    try:
        return float(text)
    except ValueError:
        return text


def _list(text: str, number: Callable[[str], Any]) -> tuple[Any, ...]:
    inner = text.strip("()[] ")
    return tuple(number(part) for part in _NUMBERS.split(inner) if part)


def _empty_is_none(read: Callable[[Argument, str], Any]) -> Callable[[Argument, str], Any]:
    return lambda argument, text: None if not text else read(argument, text)


def _read_pair(argument: Argument, text: str) -> Any:
    numbers = _list(text, _whole)
    return numbers[0] if len(numbers) == 1 else numbers


def _read_bool(argument: Argument, text: str) -> Any:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.casefold(), text)


def read_table(argument: Argument, rows: list[list[str]]) -> tuple[tuple[Any, ...], ...]:
    """Rows of texts as rows of numbers where they are numbers. Raises FieldError."""
    table = tuple(tuple(_real(cell.strip()) for cell in row) for row in rows)
    complaint = argument.accepts(table)
    if complaint is not None:
        raise FieldError(complaint)
    return table


def _read_rows(argument: Argument, text: str) -> Any:
    return tuple(_list(line, _real) for line in text.splitlines() if line.strip())


_READERS: dict[str, Callable[[Argument, str], Any]] = {
    "int": _empty_is_none(lambda argument, text: _whole(text)),
    "float": _empty_is_none(lambda argument, text: _real(text)),
    "bool": _read_bool,
    "str": lambda argument, text: text,
    "choice": lambda argument, text: text,
    "pair": _empty_is_none(_read_pair),
    "ints": lambda argument, text: _list(text, _whole),
    "floats": lambda argument, text: _list(text, _real),
    "table": _read_rows,
    "path": lambda argument, text: text,
}


def shape_text(wire: object) -> str:
    """A wire's type in words for tooltips and tables; “unknown” where something before it is missing."""
    return "unknown" if wire is None else str(wire)


def short(number: float) -> str:
    """A count with its unit: ``9.4 K``, ``25.6 M``."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("K", 1e3)):
        if abs(number) >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.0f}"


def short_bytes(number: float) -> str:
    """A size in memory: ``12.3 MB``."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if abs(number) >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.0f} B"

"""A module for each family: ``COUNTS`` (template, preset, model: parameters by formula) and ``CASES``."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

from tests.references.case import Case

Counts = dict[str, dict[str, dict[str, int]]]


def modules() -> list[ModuleType]:
    return [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def together(name: str) -> dict[str, Any]:
    """The tables of this name of all modules; no template may stand in two."""
    found: dict[str, Any] = {}
    for module in modules():
        table = getattr(module, name)
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"{module.__name__}: {', '.join(sorted(twice))} stands in another module, too.")
        found |= table
    return found


def counts() -> Counts:
    return together("COUNTS")


def cases() -> tuple[Case, ...]:
    return tuple(case for module in modules() for case in module.CASES)

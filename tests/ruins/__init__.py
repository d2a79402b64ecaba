"""The ruin of each template: the same document with its idea taken out. Trained alike, it must miss the goal.

``python -m tests.ruins TEMPLATE FOLDER`` writes the ruin's source folder, whose ``train.py`` then runs as any other's.
Each family's module has ``RUINS``: for each template what is taken out, and the function that does it.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

import templates
from app.core.document import Document
from tests.ruins.operations import Ruin


def ruins() -> dict[str, tuple[str, Ruin]]:
    """Those of all families; no template may stand in two."""
    found: dict[str, tuple[str, Ruin]] = {}
    for entry in pkgutil.iter_modules(__path__):
        table = getattr(import_module(f"{__name__}.{entry.name}"), "RUINS", {})
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"{entry.name}: {', '.join(sorted(twice))} stands in another module, too.")
        found |= table
    return found


def ruined(name: str) -> Document:
    """The template without its idea."""
    return ruins()[name][1](templates.load(name))

"""The strongest cheap answers to what templates' goals ask, on exactly the split that the goal is about.

``python -m tests.baselines [TEMPLATE...]`` prints them. A goal is worth something only where all of these miss it.
Everything here is a few lines of linear algebra, counts or a linear model: no network learns features.
Each family's module has ``BASELINES``: for each template a function that gives the values, in the goal's metric.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module

Measured = Callable[[], dict[str, float]]
"""What each cheap answer comes to, by what it does."""


def baselines() -> dict[str, Measured]:
    """Those of all families; no template may stand in two."""
    found: dict[str, Measured] = {}
    for entry in pkgutil.iter_modules(__path__):
        if entry.name == "__main__":
            continue
        table = getattr(import_module(f"{__name__}.{entry.name}"), "BASELINES", {})
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"{entry.name}: {', '.join(sorted(twice))} stands in another module, too.")
        found |= table
    return found

"""The block library, found by looking: a file ``blocks/<family>/<block>.py`` holds the one block it is named after.

Nothing is imported until it is asked for. A taken name is refused. ``modules`` is not a family: it holds the plain
PyTorch classes and data readers that generated code carries along, read as text and never imported here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files

from app.core.block import Block, Library, key_of


@cache
def library() -> Library:
    """Every block that ships with Netloom."""
    loaders: dict[str, Callable[[], type[Block]]] = {}
    families: dict[str, str] = {}
    for folder in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if not folder.is_dir() or folder.name.startswith(("_", ".")) or folder.name == "modules":
            continue
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            stem, dot, suffix = entry.name.partition(".")
            if (dot, suffix) != (".", "py") or stem.startswith("_"):
                continue
            key = key_of(stem)
            if key in loaders:
                raise ImportError(f"Two blocks are called {stem}: in {families[key]} and in {folder.name}.")
            loaders[key] = partial(_load, f"{__package__}.{folder.name}.{stem}", key)
            families[key] = folder.name
    return Library(loaders, families)


def _load(module: str, key: str) -> type[Block]:
    loaded = importlib.import_module(module)
    for name, value in vars(loaded).items():
        if isinstance(value, type) and issubclass(value, Block) and key_of(name) == key and value.__module__ == module:
            return value
    raise ImportError(f"{module} holds no block named like its file.")


def module_text(name: str) -> str:
    """Source of ``blocks/modules/<name>.py``, which generated code carries along."""
    return files(__package__).joinpath("modules", f"{name}.py").read_text(encoding="utf-8")

"""Data readers as generated code has them: files that are loaded by path, never as part of this project."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

MODULES = Path(__file__).parents[2] / "blocks" / "modules"


@cache
def reader(name: str) -> ModuleType:
    """The reader in ``blocks/modules/<name>.py``."""
    spec = importlib.util.spec_from_file_location(name, MODULES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

"""The data that templates train on, a whole split at once, read as generated code reads it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

import templates
from app.core.elaborate import source_fields
from app.core.recipe import plain_recipe
from blocks import library

MODULES = Path(__file__).parents[2] / "blocks" / "modules"


@cache
def reader(name: str) -> ModuleType:
    """The reader in ``blocks/modules/<name>.py``, loaded by its path as generated code has it."""
    spec = importlib.util.spec_from_file_location(name, MODULES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def whole(name: str, split: str, epochs: int = 1, **arguments: Any) -> dict[str, Tensor]:
    """A whole split as one batch; several epochs of it, where each is drawn anew."""
    data = reader(name).load(split, **arguments)
    indices = torch.arange(len(data))
    batches = [data.batch(indices, torch.Generator().manual_seed(epoch)) for epoch in range(epochs)]
    return {key: torch.cat([batch[key] for batch in batches]) for key in batches[0]}


def quick_data(name: str, split: str, epochs: int = 1) -> dict[str, Tensor]:
    """A split of what a template's ``quick`` preset trains on, under its very arguments."""
    document = templates.load(name)
    recipe = plain_recipe(document, "quick")
    assert recipe is not None
    source, _ = source_fields(recipe.data, library(), document.values("quick"))
    return whole(source.reader, split, epochs, **{name: getattr(source, name) for name in type(source).arguments()})

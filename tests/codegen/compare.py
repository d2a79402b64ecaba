"""Generated text against the document that it came from."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn

from app.core.document import Document
from app.core.elaborate import GraphResult
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType

SIZES = {"B": 2, "T": 5, "H": 60, "W": 60}


def load(text: str, name: str) -> types.ModuleType:
    """The text as a module, importable by its name while it lives."""
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module


def real(type_: object, generator: torch.Generator) -> Any:
    """A small real tensor of an elaborated type."""
    assert isinstance(type_, TensorType)
    shape = [_size(dim) for dim in type_.shape]
    dtype = getattr(torch, type_.dtype)
    if type_.dtype == "bool":
        return torch.rand(shape, generator=generator) < 0.5
    if not dtype.is_floating_point:
        return torch.randint(0, 2, shape, generator=generator, dtype=dtype)
    return torch.rand(shape, generator=generator, dtype=dtype)


def _size(dim: Any) -> int:
    return dim.poly.value(_Sizes()) if isinstance(dim, Symbol) else int(dim)


class _Sizes(dict[str, int]):
    def __missing__(self, name: str) -> int:
        return SIZES.get(name, 3)


def inputs_of(result: GraphResult, seed: int = 0) -> list[Any]:
    generator = torch.Generator().manual_seed(seed)
    return [real(type_, generator) for type_ in result.inputs.values() if type_ is not None]


def build(module: types.ModuleType, document: Document, model: str, preset: str | None) -> nn.Module:
    """The model through its builder function, with another preset's values for the arguments that it takes."""
    function = getattr(module, model)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    values: Mapping[str, Any] = document.values(preset)
    built: nn.Module = function(**{name: values[name] for name in names if name in values})
    return built


def asked_of(module: types.ModuleType, document: Document, model: str, preset: str | None) -> str:
    """What the builder asks the model's class for, with nothing built."""
    root = document.models[model].graph

    def told(*args: Any, **keywords: Any) -> nn.Module:
        found.append(repr((args, sorted(keywords.items()))))
        return nn.Identity()

    found: list[str] = []
    with patch.dict(vars(module), {root: told}):
        build(module, document, model, preset)
    (asked,) = found
    return asked


def classes_of(text: str, document: Document) -> str:
    """All but the functions that build the models."""
    parts = [part for part in ast.parse(text).body if getattr(part, "name", "") not in document.models]
    return "\n".join(map(ast.unparse, parts))


def shapes(module: nn.Module) -> dict[str, tuple[int, ...]]:
    return {key: tuple(value.shape) for key, value in module.state_dict().items()}


def flat(outputs: Any) -> list[Tensor]:
    return [outputs] if isinstance(outputs, Tensor) else [tensor for each in outputs for tensor in flat(each)]


def size_of(outputs: Any) -> list[tuple[int, ...]]:
    return [tuple(tensor.shape) for tensor in flat(outputs)]

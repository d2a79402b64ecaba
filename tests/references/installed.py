"""The packages of reference implementations, imported only when one is asked for."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import torch


class NotInstalledError(Exception):
    """A reference implementation is not here; the message names the package."""


@cache
def torchvision_models() -> ModuleType:
    """torchvision's models. Its compiled operators want another build of torch; its models need none of them, but the
    package declares more about them when it is imported, so their names must be known.
    """
    found = find_spec("torchvision")
    if found is None or found.origin is None:
        raise NotInstalledError("torchvision")
    texts = [path.read_text(encoding="utf-8") for path in Path(found.origin).parent.rglob("*.py")]
    operators = torch.library.Library("torchvision", "DEF")
    for name in sorted({name for text in texts for name in re.findall(r"torchvision(?:::|\.)(\w+)[\"(]", text)}):
        operators.define(f"{name}(Tensor x) -> Tensor")
    _KEPT.append(operators)  # what it declared goes with it
    from torchvision import models  # type: ignore[import-not-found]

    return models


_KEPT: list[torch.library.Library] = []


def torchvision(name: str) -> Any:
    return getattr(torchvision_models(), name)()


def require(package: str) -> None:
    """Say so if it is not here. What looks for torchvision by itself must find it ready."""
    if find_spec(package) is None:
        raise NotInstalledError(package)
    if find_spec("torchvision") is not None:
        torchvision_models()

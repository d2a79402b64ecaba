"""The one door to NodeGraphQt: what of it is used, and what its import needs.

NodeGraphQt imports ``distutils``, which Python 3.12 no longer has and 3.11 warns about. A stand-in with the one class
that it needs is there during the import and gone after it, so that nothing else in the process meets it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

os.environ.setdefault("QT_PREFERRED_BINDING", "PySide6")


class _LooseVersion:
    """Compares the numbers in a version text."""

    def __init__(self, text: str) -> None:
        self.numbers = [int(number) for number in re.findall(r"\d+", text)]

    def __ge__(self, other: _LooseVersion) -> bool:
        return self.numbers >= other.numbers

    def __lt__(self, other: _LooseVersion) -> bool:
        return self.numbers < other.numbers


@contextmanager
def _stand_in_for_distutils() -> Iterator[None]:
    names = ("distutils", "distutils.version")
    before = {name: sys.modules.get(name) for name in names}
    package, version = ModuleType(names[0]), ModuleType(names[1])
    version.LooseVersion = _LooseVersion  # type: ignore[attr-defined]
    package.version = version  # type: ignore[attr-defined]
    sys.modules.update(zip(names, (package, version), strict=True))
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


with _stand_in_for_distutils():
    from NodeGraphQt.base.graph import NodeGraph
    from NodeGraphQt.constants import PortTypeEnum
    from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem
    from NodeGraphQt.qgraphics.node_backdrop import BackdropNodeItem
    from NodeGraphQt.qgraphics.pipe import LivePipeItem, PipeItem
    from NodeGraphQt.qgraphics.port import PortItem
    from NodeGraphQt.qgraphics.slicer import SlicerPipeItem
    from NodeGraphQt.widgets.viewer import NodeViewer

IN: Any = PortTypeEnum.IN.value
OUT: Any = PortTypeEnum.OUT.value

__all__ = [
    "IN",
    "OUT",
    "AbstractNodeItem",
    "BackdropNodeItem",
    "LivePipeItem",
    "NodeGraph",
    "NodeViewer",
    "PipeItem",
    "PortItem",
    "SlicerPipeItem",
]

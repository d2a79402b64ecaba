"""A plot's frame that stays as it is while curves grow inside it: to draw axes anew costs more than the curves do."""

from __future__ import annotations

from typing import Any

import pyqtgraph
from PySide6.QtWidgets import QGraphicsItem

AHEAD, BEHIND, BESIDE = 0.15, 0.02, 0.08
"""How much longer than what there is a frame is made: to the right, to the left, and above and below."""
FULL = 0.6
"""What fills less of its frame than that gets a smaller one."""

Span = list[float]


class CalmBox(pyqtgraph.ViewBox):  # type: ignore[misc]
    """Its range changes when what it shows has outgrown it, and then by more than is needed."""

    def __init__(self, **arguments: Any) -> None:
        self._held: list[Span | None] = [None, None]
        super().__init__(**arguments)

    def childrenBounds(self, *arguments: Any, **named: Any) -> list[Span | None]:  # noqa: N802
        found = super().childrenBounds(*arguments, **named)
        return [self._calm(axis, span) for axis, span in enumerate(found)]

    def _calm(self, axis: int, span: Span | None) -> Span | None:
        if span is None:
            return None
        low, high = span
        held = self._held[axis]
        if held is not None and held[0] <= low and high <= held[1] and high - low >= FULL * (held[1] - held[0]):
            return list(held)
        more = high - low
        self._held[axis] = (
            [low - BEHIND * more, high + AHEAD * more] if axis == 0 else [low - BESIDE * more, high + BESIDE * more]
        )
        return list(self._held[axis] or span)


def calm_plot() -> Any:
    """A plot in such a frame, with axes that are painted once for each range."""
    plot = pyqtgraph.PlotWidget(viewBox=CalmBox())
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setStyle(maxTickLevel=0)  # lines between the numbered ones cost half of a frame
        axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
    return plot

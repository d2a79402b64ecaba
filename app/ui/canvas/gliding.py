"""Nodes glide to the places that an edit gave them, so that the eye can follow."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QPointF, QVariantAnimation

from app.ui.canvas.items import NodeCard
from app.ui.canvas.placing import Position
from app.ui.canvas.sight import Sight

MILLISECONDS = 220
MOST = 250
"""More nodes than that would glide in jumps."""


class Glide(QVariantAnimation):
    """The document is there already; only what is seen comes after it."""

    def __init__(self, viewer: Sight) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._ways: dict[NodeCard, tuple[QPointF, QPointF]] = {}
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(MILLISECONDS)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._step)
        self.finished.connect(self._arrive)

    def begin(self, before: Mapping[NodeCard, Position]) -> None:
        """Let nodes that lay elsewhere before glide from there to where they are now."""
        ways = {
            card: (QPointF(*at), card.pos())
            for card, at in before.items()
            if card.scene() is not None and (card.x(), card.y()) != at
        }
        if ways and len(ways) <= MOST and self._viewer.isVisible():
            self._ways = ways
            self._step(0.0)
            self.start()

    def settle(self) -> None:
        """Everything is where it belongs, at once."""
        if self._ways:
            self.stop()
            self._arrive()

    @property
    def is_under_way(self) -> bool:
        return bool(self._ways)

    def _step(self, share: float) -> None:
        for card, (start, end) in self._ways.items():
            if card.scene() is not None:
                card.setPos(start + (end - start) * float(share))
        self._viewer.follow_moves()

    def _arrive(self) -> None:
        ways, self._ways = self._ways, {}
        for card, (_, end) in ways.items():
            if card.scene() is not None:
                card.setPos(end)
        self._viewer.reroute()
        self._viewer.shifted.emit()

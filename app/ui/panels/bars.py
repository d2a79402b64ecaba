"""Classes and how likely each is, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.style import Style
from app.ui.theme import font

MOST = 10
ROW = 22
GAP, NUMBER = 8, 54
MOST_NAME = 0.4
"""Names get no more of the width than that."""


class Bars(QWidget):
    """The largest few, largest first."""

    def __init__(self, look: Style, labels: Sequence[str], values: Sequence[float]) -> None:
        super().__init__()
        self._look = look
        names = list(labels) if len(labels) == len(values) else [str(number) for number in range(len(values))]
        self.rows = sorted(zip(names, values, strict=True), key=lambda row: -row[1])[:MOST]
        self.setFixedHeight(ROW * max(len(self.rows), 1))
        told = ", ".join(f"{name} {value:.1%}" for name, value in self.rows[:3])
        self.setAccessibleName(f"Classes: {told}")
        look.changed.connect(self.update)

    def name_width(self) -> int:
        """As wide as the longest name, up to a share of the whole."""
        metrics = QFontMetrics(font(12))
        widest = max((metrics.horizontalAdvance(name) for name, _ in self.rows), default=0) + 1
        return min(widest, int(self.width() * MOST_NAME))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        most = max((abs(value) for _, value in self.rows), default=1.0) or 1.0
        scale = 1.0 if most <= 1.0 else most
        painter.setFont(font(12))
        metrics = painter.fontMetrics()
        name_width = self.name_width()
        room = max(self.width() - name_width - GAP - NUMBER, 20)
        start = name_width + GAP
        for number, (name, value) in enumerate(self.rows):
            top = number * ROW
            painter.setPen(QColor(theme.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, name_width)
            painter.drawText(QRectF(0, top, name_width, ROW), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent if number == 0 else theme.strong_border))
            painter.drawRoundedRect(QRectF(start, top + 5, max(room * abs(value) / scale, 1), ROW - 10), 2, 2)
            painter.setPen(QColor(theme.muted))
            text = f"{value:.1%}" if most <= 1.0 else f"{value:.3g}"
            area = QRectF(start + room, top, NUMBER, ROW)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

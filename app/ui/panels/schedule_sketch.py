"""The learning rate over a stage's steps, drawn by the very functions whose text train.py will hold."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.codegen.optimisers import SCHEDULES, check_schedule, takes_steps
from app.codegen.source import GenerationError
from app.core.document import Schedule
from app.core.schedules import FUNCTIONS
from app.ui.panels.values import shown
from app.ui.theme import font

HEIGHT, LINE, POINTS = 62, 16, 160


def fractions(schedule: Schedule, steps: int) -> list[tuple[int, float]]:
    """Some steps, and the fraction of the peak at each; nothing for a schedule that train.py would refuse."""
    try:
        check_schedule(schedule, "")
    except GenerationError:
        return []
    if steps < 1:
        return []
    function = FUNCTIONS[schedule.name]
    given = {**SCHEDULES[schedule.name], **schedule.arguments}
    if takes_steps(schedule.name):
        given["steps"] = steps
    turn = int(given.get("warmup", given.get("peak", 0) * steps))  # where it is highest
    at = {round(place * (steps - 1) / (POINTS - 1)) for place in range(POINTS)} | {turn - 1, turn}
    return [(step, float(function(step, **given))) for step in sorted(at) if 0 <= step < steps]


class ScheduleSketch(QWidget):
    """From the first step to the last, with the largest and the last rate in numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.points: list[tuple[int, float]] = []
        self._peak, self._steps = 0.0, 1

    def show_schedule(self, schedule: Schedule, peak: Any, steps: Any) -> None:
        """What is no number yet (a formula that cannot be told) is not drawn."""
        known = isinstance(steps, int) and not isinstance(steps, bool) and isinstance(peak, int | float)
        try:
            self.points = fractions(schedule, steps) if known else []
        except (ArithmeticError, TypeError, ValueError):
            self.points = []
        self._peak, self._steps = (float(peak), steps) if known else (0.0, 1)
        self.setVisible(bool(self.points))
        self.setAccessibleName(f"Learning rate over the steps: {self.told}")
        self.setToolTip(self.accessibleName())
        self.update()

    @property
    def told(self) -> str:
        if not self.points:
            return "not known"
        rates = [fraction * self._peak for _, fraction in self.points]
        first, most, last = (_short(rate, self._peak) for rate in (rates[0], max(rates), rates[-1]))
        return f"from {first} over at most {most} to {last}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        area = QRectF(1, 3, self.width() - 2, HEIGHT - LINE - 5)
        most = max((fraction for _, fraction in self.points), default=1.0) or 1.0
        last = max(self._steps - 1, 1)
        line = [
            QPointF(area.left() + area.width() * step / last, area.bottom() - area.height() * fraction / most)
            for step, fraction in self.points
        ]
        if len(line) == 1:
            line.append(QPointF(area.right(), line[0].y()))
        filled = QPolygonF([area.bottomLeft(), *line, QPointF(line[-1].x(), area.bottom())]) if line else QPolygonF()
        accent = colours.color(QPalette.ColorRole.Accent)
        faint = colours.color(QPalette.ColorRole.Accent)
        faint.setAlpha(38)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        painter.drawPolygon(filled)
        painter.setPen(QPen(accent, 1.5))
        painter.drawPolyline(QPolygonF(line))
        painter.setFont(font(11))
        painter.setPen(colours.color(QPalette.ColorRole.PlaceholderText))
        below = QRectF(0, HEIGHT - LINE, self.width(), LINE)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"peak {_short(most * self._peak, self._peak)}")
        end = self.points[-1][1] * self._peak if self.points else 0.0
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{_short(end, self._peak)} at step {self._steps:,}")


def _short(rate: float, peak: float) -> str:
    """Three digits; what is next to nothing beside the peak is nothing."""
    return shown(float(f"{rate:.3g}")) if rate >= 1e-4 * peak else "0"

"""How wires, their labels and frames are painted: functions of plain data, as those for nodes are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.ui.canvas.geometry import fonts, metrics
from app.ui.canvas.painting import PLAIN, Look, colour, pen
from app.ui.theme import Theme

PILL_HEIGHT = 16.0

_NO_BRUSH = Qt.BrushStyle.NoBrush
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter


@dataclass(slots=True)
class Pill:
    """The label of a wire: where its middle lies, and how wide it is."""

    text: str = ""
    middle: QPointF = field(default_factory=QPointF)
    width: float = 0.0
    fits: bool = False


# -- wires -------------------------------------------------------------------------------------------------------------


def wire_pen(kind: str, look: Look, *, strong: bool = False, faded: bool = False) -> QPen:
    """The line of a wire: thick where its node is selected, dashed for a module, never thinner than one can see."""
    width = max(3.0 if strong else 2.0, 1.1 / look.scale)
    style = Qt.PenStyle.DashLine if kind == "module" else Qt.PenStyle.SolidLine
    return pen(look.theme.wire(kind), width, 90 if faded else 255 if strong else 215, style)


def wire(painter: QPainter, path: QPainterPath, kind: str, look: Look, *, strong: bool, marked: bool) -> None:
    painter.setBrush(_NO_BRUSH)
    if marked:
        painter.setPen(pen(look.theme.accent, max(12.0, 7.0 / look.scale), 110))
        painter.drawPath(path)
    painter.setPen(wire_pen(kind, look, strong=strong or marked))
    painter.drawPath(path)


def pill_width(text: str) -> float:
    return float(metrics()["pill"].horizontalAdvance(text)) + 13.0


def pill(painter: QPainter, label: Pill, kind: str, look: Look) -> None:
    """A wire's shape, readable over whatever lies below it."""
    theme = look.theme
    rect = QRectF(0, 0, label.width, PILL_HEIGHT)
    rect.moveCenter(label.middle)
    painter.setPen(pen(theme.wire(kind), 1.0, 190))
    painter.setBrush(colour(theme.pill))
    painter.drawRoundedRect(rect, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    painter.setFont(fonts().pill)
    painter.setPen(colour(theme.text))
    painter.drawText(rect, _MIDDLE, label.text)


# -- frames ------------------------------------------------------------------------------------------------------------

FRAME_TITLE = 28.0
FRAME_PAD = 22.0


def frame(painter: QPainter, rect: QRectF, title: str, tone: str, look: Look) -> None:
    """A titled rectangle behind nodes."""
    theme = look.theme
    value = frame_colour(tone, theme)
    painter.setPen(pen(value, max(1.0, 0.8 / look.scale), 120 if tone else 150, Qt.PenStyle.DashLine))
    painter.setBrush(colour(value, (26 if theme.dark else 20) if tone else 12))
    painter.drawRoundedRect(rect, 9.0, 9.0)
    if look.scale < PLAIN / 2 or not title:
        return
    size = min(max(1.0, 0.55 / look.scale), 2.4)
    painter.save()
    painter.translate(rect.topLeft() + QPointF(16.0, 4.0))
    painter.scale(size, size)
    painter.setFont(fonts().frame)
    painter.setPen(colour(_legible(value, theme.dark) if tone else theme.muted))
    room = (rect.width() - 32.0) / size
    text = metrics()["frame"].elidedText(title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRectF(0, 0, room, FRAME_TITLE - 4.0), _LEFT, text)
    painter.restore()


def frame_colour(tone: str, theme: Theme) -> str:
    """A frame's colour: a category's name, ``#rrggbb``, or nothing for a quiet one."""
    if tone.startswith("#"):
        return tone
    return theme.category(tone) if tone else theme.strong_border


@cache
def _legible(value: str, dark: bool) -> str:
    made = QColor(value)
    return made.lighter(135).name() if dark else made.darker(140).name()

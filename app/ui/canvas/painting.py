"""How nodes, wires and frames are painted: functions of plain data, used by the canvas's items and by exports alike.

Detail falls with the scale: below ``PLAIN`` a node is a coloured card, below ``FAR`` its title in large letters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.ui.canvas import geometry as g
from app.ui.canvas.geometry import Geometry, fonts, metrics
from app.ui.canvas.gestures import Verdict
from app.ui.canvas.view import NodeView, PortView
from app.ui.theme import DARK, Theme

PLAIN, FAR, PILLS = 0.22, 0.48, 0.5
TINY_HEIGHT, TINY_LETTERS = 11.0, 4
SHEETS = 2
EAR = 12.0

_NO_PEN = Qt.PenStyle.NoPen
_NO_BRUSH = Qt.BrushStyle.NoBrush
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter


@cache
def colour(value: str, alpha: int = 255) -> QColor:
    made = QColor(value)
    made.setAlpha(alpha)
    return made


@cache
def pen(value: str, width: float = 1.0, alpha: int = 255, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    made = QPen(colour(value, alpha), width, style)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return made


@dataclass(slots=True)
class NodeState:
    """How a node is shown for the moment; ``lit`` says of each port what a dragged wire would make of it."""

    selected: bool = False
    hovered: tuple[bool, int] | None = None
    lit: Mapping[tuple[bool, int], Verdict] | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What painting needs beside the thing itself: the theme and the scale."""

    theme: Theme = DARK
    scale: float = 1.0


# -- nodes -------------------------------------------------------------------------------------------------------------


def node(painter: QPainter, view: NodeView, measured: Geometry, state: NodeState, look: Look) -> None:
    """A node at the origin."""
    rect = QRectF(0.0, 0.0, measured.width, measured.height)
    faded = view.mute or view.bypass or not view.active
    _glow(painter, rect, view, state, look)
    if look.scale < PLAIN:
        _plain(painter, rect, view, look, faded)
        return
    _sheets(painter, rect, view, look)
    if faded:
        painter.setOpacity(0.55 if look.theme.dark else 0.5)
    _card(painter, rect, view, state, look, faded)
    if look.scale < FAR:
        _far(painter, rect, view, measured, look)
    else:
        _texts(painter, rect, view, measured, look)
    painter.setOpacity(1.0)
    if faded and not view.mute:
        _pass_through(painter, view, measured, look)
    if look.scale >= PLAIN * 1.4:
        _ports(painter, view, measured, state, look)
    if view.is_wrong:
        _badge(painter, QPointF(measured.width - 2.0, 2.0), view, look)


def _accent(view: NodeView, theme: Theme) -> str:
    if not view.is_wrong:
        return theme.category(view.category)
    return theme.warning if view.severity == "warning" else theme.error


def _glow(painter: QPainter, rect: QRectF, view: NodeView, state: NodeState, look: Look) -> None:
    if not state.selected:
        return
    painter.setBrush(_NO_BRUSH)
    tone = _accent(view, look.theme) if view.is_wrong else look.theme.accent
    for width, alpha in ((11.0, 26), (7.0, 42), (4.0, 70)):
        painter.setPen(pen(tone, width, alpha))
        painter.drawPath(_outline(rect.width(), rect.height()))


def _plain(painter: QPainter, rect: QRectF, view: NodeView, look: Look, faded: bool) -> None:
    """A coloured card, with as much of its title as is legible at the size that letters need on the screen."""
    painter.fillRect(rect, colour(look.theme.card))
    painter.fillRect(rect, colour(_accent(view, look.theme), 70 if faded else 150))
    width, height = rect.width() * look.scale, rect.height() * look.scale
    if height < TINY_HEIGHT:
        return
    text = _beginning(view.title, round(width - 3.0))
    if len(text) < min(TINY_LETTERS, len(view.title)):
        return
    painter.save()
    painter.scale(1.0 / look.scale, 1.0 / look.scale)
    painter.setFont(fonts().tiny)
    painter.setPen(colour(look.theme.text, 150 if faded else 255))
    painter.drawText(QRectF(0.0, 0.0, width, height), _MIDDLE, text)
    painter.restore()


@cache
def _beginning(text: str, room: int) -> str:
    """As much of a text as there is room for: without the three dots, which would take the place of a letter."""
    width = metrics()["tiny"].horizontalAdvance
    while text and width(text) > room:
        text = text[:-1]
    return text


def _sheets(painter: QPainter, rect: QRectF, view: NodeView, look: Look) -> None:
    """A repeat looks like what it is: cards behind the card."""
    if not view.repeated:
        return
    painter.setPen(pen(look.theme.card_border, 1.0))
    painter.setBrush(colour(look.theme.card_header))
    for sheet in range(SHEETS, 0, -1):
        shift = 4.0 * sheet
        painter.drawRoundedRect(rect.adjusted(shift, shift, -shift, shift), g.RADIUS, g.RADIUS)


def _card(painter: QPainter, rect: QRectF, view: NodeView, state: NodeState, look: Look, faded: bool) -> None:
    theme = look.theme
    outline = _outline(rect.width(), rect.height())  # a path that is kept is drawn ten times as fast as a new one
    if look.scale >= FAR and not faded:
        painter.setPen(_NO_PEN)
        painter.setBrush(colour(theme.shadow, 55 if theme.dark else 26))
        painter.translate(0.0, 2.0)
        painter.drawPath(outline)
        painter.translate(0.0, -2.0)
    painter.setPen(_NO_PEN)
    painter.setBrush(colour(theme.card))
    painter.drawPath(outline)
    painter.save()
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    if look.scale >= FAR:
        painter.fillRect(QRectF(0, 0, rect.width(), g.HEADER), _header(view, theme))
        painter.fillRect(QRectF(0, g.HEADER - 1.0, rect.width(), 1.0), colour(theme.card_border, 130))
    stripe = QRectF(0, 0, g.STRIPE if look.scale >= FAR else 2 * g.STRIPE, rect.height())
    painter.fillRect(stripe, QBrush(colour(theme.category(view.category))))
    if view.note and not view.is_boundary:
        painter.setBrush(colour(theme.note))
        painter.drawPolygon(_dog_ear(rect.width(), rect.height()))
    painter.restore()
    painter.setBrush(_NO_BRUSH)
    painter.setPen(_border(view, state, look))
    painter.drawPath(outline)


@cache
def _dog_ear(width: float, height: float) -> QPolygonF:
    """The corner that tells of a note."""
    return QPolygonF([QPointF(width - EAR, height), QPointF(width, height - EAR), QPointF(width, height)])


def _header(view: NodeView, theme: Theme) -> QBrush:
    if not view.enters:
        return QBrush(colour(theme.card_header))
    mixed = QColor(theme.card_header)
    tint = colour(theme.category(view.category))
    share = 0.16
    return QBrush(
        QColor.fromRgbF(
            mixed.redF() * (1 - share) + tint.redF() * share,
            mixed.greenF() * (1 - share) + tint.greenF() * share,
            mixed.blueF() * (1 - share) + tint.blueF() * share,
        )
    )


def _border(view: NodeView, state: NodeState, look: Look) -> QPen:
    theme = look.theme
    width = max(1.0, 0.8 / look.scale)
    if view.is_wrong:
        return pen(_accent(view, theme), max(1.6, 1.2 / look.scale))
    if state.selected:
        return pen(theme.accent, max(1.8, 1.2 / look.scale))
    if view.mute:
        return pen(theme.strong_border, width * 1.2, 255, Qt.PenStyle.DashLine)
    return pen(theme.category("graph") if view.shares else theme.card_border, width)


@cache
def _outline(width: float, height: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, width, height), g.RADIUS, g.RADIUS)
    return path


def _far(painter: QPainter, rect: QRectF, view: NodeView, measured: Geometry, look: Look) -> None:
    """The title in large letters, and below it the shape: what a drawing is looked at for."""
    known = fonts()
    room = rect.adjusted(2 * g.STRIPE, 0, 0, 0)
    painter.setPen(colour(_accent(view, look.theme) if view.is_wrong else look.theme.text))
    painter.setFont(known.far[measured.far_size])
    if not measured.far_shape:
        painter.drawText(room, _MIDDLE, measured.far)
        return
    painter.drawText(room.adjusted(0, 2.0, 0, -0.42 * rect.height()), _MIDDLE, measured.far)
    painter.setFont(known.far_shape)
    painter.setPen(colour(look.theme.muted))
    painter.drawText(room.adjusted(0, 0.54 * rect.height(), 0, -3.0), _MIDDLE, measured.far_shape)


def _texts(painter: QPainter, rect: QRectF, view: NodeView, measured: Geometry, look: Look) -> None:
    theme, known = look.theme, fonts()
    left, right = g.STRIPE + g.PAD - 2.0, rect.width() - g.PAD
    header = QRectF(left, 0, right - left, g.HEADER - 1.0)
    painter.setFont(known.title)
    painter.setPen(colour(theme.text))
    painter.drawText(header, _LEFT, measured.title)
    if view.mute:
        middle, width = g.HEADER / 2, metrics()["title"].horizontalAdvance(measured.title)
        painter.drawLine(QPointF(left, middle), QPointF(left + width, middle))
    if view.enters:
        _chevron(painter, QPointF(right - 3.0, g.HEADER / 2), theme)
        header.setRight(right - 12.0)
    if measured.detail:
        painter.setFont(known.detail)
        painter.setPen(colour(theme.muted))
        painter.drawText(header, _RIGHT, measured.detail)
    _lines(painter, view, measured, look, left, right)
    _port_names(painter, measured, look, left, right)


def _chevron(painter: QPainter, middle: QPointF, theme: Theme) -> None:
    painter.setPen(pen(theme.muted, 1.6))
    painter.drawPolyline(QPolygonF([middle + QPointF(-2.5, -4), middle + QPointF(1.5, 0), middle + QPointF(-2.5, 4)]))


def _lines(painter: QPainter, view: NodeView, measured: Geometry, look: Look, left: float, right: float) -> None:
    theme, known = look.theme, fonts()
    first = QRectF(left, measured.lines_top, right - left, g.LINE)
    second = first.translated(0.0, g.LINE)
    painter.setFont(known.small if view.problem else known.shape)
    tone = _accent(view, theme) if view.is_wrong else theme.text if view.shape else theme.muted
    painter.setPen(colour(tone))
    painter.drawText(first, _LEFT, measured.lines[0])
    painter.setFont(known.small)
    painter.setPen(colour(tone if view.is_wrong and len(view.problem) > 1 else theme.muted))
    painter.drawText(second, _LEFT, measured.lines[1])
    painter.setPen(colour(theme.category("graph") if view.shares else theme.muted))
    painter.drawText(second, _RIGHT, measured.cost)


def _port_names(painter: QPainter, measured: Geometry, look: Look, left: float, right: float) -> None:
    painter.setFont(fonts().small)
    painter.setPen(colour(look.theme.muted))
    for names, heights, side in (
        (measured.input_names, measured.inputs, _LEFT),
        (measured.output_names, measured.outputs, _RIGHT),
    ):
        for name, height in zip(names, heights, strict=False):
            painter.drawText(QRectF(left, height - g.LINE / 2, right - left, g.LINE), side, name)


def _pass_through(painter: QPainter, view: NodeView, measured: Geometry, look: Look) -> None:
    """Bypassed: what comes in goes straight out, and that is what one sees."""
    if not measured.inputs or not measured.outputs:
        return
    start = QPointF(0.0, measured.inputs[0])
    end = QPointF(measured.width, measured.outputs[0])
    painter.setBrush(_NO_BRUSH)
    painter.setPen(pen(look.theme.wire(view.inputs[0].kind), 2.0, 255, Qt.PenStyle.DotLine))
    painter.drawLine(start, end)


def _badge(painter: QPainter, middle: QPointF, view: NodeView, look: Look) -> None:
    radius = 8.0 * max(1.0, 0.6 / look.scale)
    tone = _accent(view, look.theme)
    painter.setPen(pen(look.theme.canvas, 2.0))
    painter.setBrush(colour(tone))
    if view.severity == "warning":
        painter.drawPolygon(_shape("up", radius * 1.15).translated(middle))
    else:
        painter.drawEllipse(middle, radius, radius)
    painter.setPen(pen("#ffffff" if not look.theme.dark else "#1a0f10", 2.0 * radius / 8.0))
    painter.drawLine(middle + QPointF(0, -0.5 * radius), middle + QPointF(0, 0.1 * radius))
    painter.drawPoint(middle + QPointF(0, 0.5 * radius))


# -- ports -------------------------------------------------------------------------------------------------------------

_FORMS = {"image": "circle", "sequence": "square", "vector": "diamond", "scalar": "right", "integer": "hexagon"}
_CORNERS = {"diamond": (4, 0.0, 1.2), "square": (4, 45.0, 1.25), "right": (3, 0.0, 1.25), "hexagon": (6, 30.0, 1.1)}


@cache
def _shape(form: str, radius: float) -> QPolygonF:
    corners, turn, size = (3, -90.0, 1.0) if form == "up" else _CORNERS[form]
    angles = [math.radians(turn + 360.0 * corner / corners) for corner in range(corners)]
    return QPolygonF([QPointF(math.cos(angle) * radius * size, math.sin(angle) * radius * size) for angle in angles])


def _ports(painter: QPainter, view: NodeView, measured: Geometry, state: NodeState, look: Look) -> None:
    for is_input, ports, heights, x in (
        (True, view.inputs, measured.inputs, 0.0),
        (False, view.outputs, measured.outputs, measured.width),
    ):
        for position, (port, height) in enumerate(zip(ports, heights, strict=True)):
            key = (is_input, position)
            verdict = state.lit.get(key) if state.lit is not None else None
            _port(painter, port, QPointF(x, height), look, verdict, hovered=state.hovered == key)


def _port(
    painter: QPainter, port: PortView, at: QPointF, look: Look, verdict: Verdict | None = None, *, hovered: bool
) -> None:
    theme = look.theme
    tone = theme.wire(port.kind)
    lit, dim = verdict in ("fits", "doubtful"), verdict == "refused"
    radius = g.PORT * (1.25 if hovered or lit else 1.0) * (0.8 if port.optional and not port.wired else 1.0)
    if lit:
        painter.setPen(_NO_PEN)
        tone = theme.success if verdict == "fits" else theme.warning
        painter.setBrush(colour(tone, 80))
        painter.drawEllipse(at, radius + 5.0, radius + 5.0)
    painter.setPen(pen(theme.canvas if port.wired else tone, 1.6, 110 if dim else 255))
    painter.setBrush(colour(tone if port.wired or hovered else theme.card, 110 if dim and port.wired else 255))
    form = _FORMS.get(port.kind)
    if form is None or form == "circle":
        painter.drawEllipse(at, radius, radius)
    else:
        painter.drawPolygon(_shape(form, radius).translated(at))
    if port.kind == "module":
        painter.setBrush(colour(theme.card))
        painter.drawEllipse(at, radius * 0.4, radius * 0.4)

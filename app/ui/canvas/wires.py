"""NodeGraphQt's wires with our ways and our painting.

``PipeItem`` would bring an arrow of its own for each wire, which costs more than the wire: its attributes are set here
and its constructor is not run. A test says when they are no longer the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsPathItem

from app.ui.canvas import painting, strokes
from app.ui.canvas.gestures import Verdict
from app.ui.canvas.items import NO_CACHE, PortSpot, look_of
from app.ui.canvas.nodegraph import LivePipeItem, PipeItem
from app.ui.canvas.routing import Router
from app.ui.canvas.strokes import Pill
from app.ui.canvas.view import WireView

Z_WIRE, Z_LIVE = -1.0, 4.0


class Wire(PipeItem):
    """A wire between two ports."""

    def __init__(self, view: WireView, source: PortSpot, target: PortSpot) -> None:
        QGraphicsPathItem.__init__(self)
        self._color = self._style = None
        self._active = self._highlight = False
        self._input_port: PortSpot | None = None
        self._output_port: PortSpot | None = None
        self.view = view
        self.pill = Pill()
        self.chosen = False
        self.marked = False
        self._hit: QPainterPath | None = None
        self._polygon: list[QPointF] | None = None
        self.setZValue(Z_WIRE)
        self.setAcceptHoverEvents(True)
        self.setCacheMode(NO_CACHE)
        self.set_connections(source, target)
        self._write()

    @property
    def source(self) -> PortSpot:
        assert self._output_port is not None
        return self._output_port

    @property
    def target(self) -> PortSpot:
        assert self._input_port is not None
        return self._input_port

    def take(self, view: WireView) -> None:
        """Take another view of the same wire."""
        if view is not self.view:
            self.prepareGeometryChange()
            self.view = view
            self._write()
            self.update()

    def _write(self) -> None:
        self.pill.text = self.view.text
        self.pill.width = strokes.pill_width(self.view.text) if self.view.text else 0.0
        self.pill.fits = bool(self.view.text) and self.path().length() > self.pill.width + 14.0

    def run(self, router: Router) -> None:
        """Find the way anew."""
        path, middle = router.path(id(self), self.source.centre, self.target.centre)
        self.pill.middle = middle
        self._hit = self._polygon = None
        self.setPath(path)
        self.pill.fits = bool(self.view.text) and path.length() > self.pill.width + 14.0

    def distance(self, pos: QPointF) -> float:
        """How far a point is from the line."""
        return min((_away(pos, start, end) for start, end in pairwise(self._corners())), default=math.inf)

    def _corners(self) -> list[QPointF]:
        """The line as a polygon, worked out once for each way."""
        if self._polygon is None:
            self._polygon = [point for piece in self.path().toSubpathPolygons() for point in piece]
        return self._polygon

    def height_at(self, x: float) -> float:
        """How high the line runs at a place from left to right."""
        for start, end in pairwise(self._corners()):
            across = end.x() - start.x()
            if across and 0.0 <= (share := (x - start.x()) / across) <= 1.0:
                return start.y() + share * (end.y() - start.y())
        return min(self._corners(), key=lambda at: abs(at.x() - x)).y()

    def label_at(self, middle: QPointF | None) -> None:
        """Put the label there, or nowhere."""
        self.prepareGeometryChange()
        self.pill.fits = middle is not None
        if middle is not None:
            self.pill.middle = middle

    def delete(self) -> None:
        """Out of the scene and off its ports; a port that is taken away has let go of it already."""
        for spot in (self.source, self.target):
            if self in spot.connected_pipes:
                spot.remove_pipe(self)
        if self.scene() is not None:
            self.scene().removeItem(self)

    def draw_path(self, start_port: Any, end_port: Any = None, cursor_pos: Any = None) -> None:
        """NodeGraphQt asks for it when a port moves; the viewer reroutes wires itself."""

    def _draw_direction_pointer(self) -> None:
        """There is none."""

    def set_pipe_styling(self, color: Any = None, width: float = 2, style: int = 0) -> None:
        self.update()

    @property
    def strong(self) -> bool:
        """Drawn thick: chosen, hovered, or at a selected node."""
        return bool(self.chosen or self._active or self.source.card.state.selected or self.target.card.state.selected)

    def choose(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def mark(self, marked: bool) -> None:
        """Show that what is held over it would go into it."""
        if marked != self.marked:
            self.marked = marked
            self.update()

    def hoverEnterEvent(self, event: Any) -> None:  # noqa: N802
        self._active = True
        self.update()

    def hoverLeaveEvent(self, event: Any) -> None:  # noqa: N802
        self._active = False
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        rect: QRectF = self.path().boundingRect().adjusted(-8, -8, 8, 8)
        if self.pill.fits:
            label = QRectF(0, 0, self.pill.width + 4, strokes.PILL_HEIGHT + 4)
            label.moveCenter(self.pill.middle)
            rect = rect.united(label)
        return rect

    def shape(self) -> QPainterPath:
        if self._hit is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(12.0)
            self._hit = stroker.createStroke(self.path())
        return self._hit

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        look = look_of(self)
        strokes.wire(painter, self.path(), self.view.kind, look, strong=self.strong, marked=self.marked or self.chosen)
        if self.pill.fits and look.scale >= painting.PILLS:
            strokes.pill(painter, self.pill, self.view.kind, look)


def _away(pos: QPointF, start: QPointF, end: QPointF) -> float:
    """How far a point is from a piece of a line."""
    along = end - start
    length = QPointF.dotProduct(along, along)
    share = min(max(QPointF.dotProduct(pos - start, along) / length, 0.0), 1.0) if length else 0.0
    offset = start + along * share - pos
    return math.hypot(offset.x(), offset.y())


class LiveWire(LivePipeItem):
    """The wire that hangs on the cursor."""

    def __init__(self) -> None:
        QGraphicsPathItem.__init__(self)
        self._color = self._style = None
        self._active = self._highlight = False
        self._input_port: PortSpot | None = None
        self._output_port: PortSpot | None = None
        self.shift_selected = False
        self.kind = "unknown"
        self.verdict: Verdict | None = None
        self.setZValue(Z_LIVE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def stretch(self, fixed: Sequence[PortSpot], to: QPointF, verdict: Verdict | None = None) -> None:
        """From one port or several to the cursor (or to the port that it snapped to, and how that is judged)."""
        self.kind, self.verdict = fixed[0].view.kind, verdict
        path = QPainterPath()
        for spot in fixed:
            start, end = (to, spot.centre) if spot.is_input else (spot.centre, to)
            path.moveTo(start)
            reach = max(30.0, abs(end.x() - start.x()) / 2)
            path.cubicTo(QPointF(start.x() + reach, start.y()), QPointF(end.x() - reach, end.y()), end)
        self.setPath(path)

    def draw_path(self, start_port: Any, end_port: Any = None, cursor_pos: Any = None, color: Any = None) -> None:
        """Drawn by ``stretch``."""

    def draw_index_pointer(self, start_port: Any, cursor_pos: Any, color: Any = None) -> None:
        """There is none."""

    def _draw_direction_pointer(self) -> None:
        """There is none."""

    def set_pipe_styling(self, color: Any = None, width: float = 2, style: int = 0) -> None:
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        rect: QRectF = self.path().boundingRect().adjusted(-6, -6, 6, 6)
        return rect

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        look = look_of(self)
        theme = look.theme
        tones = {"refused": theme.error, "doubtful": theme.warning, "fits": theme.success}
        tone = tones[self.verdict] if self.verdict is not None else theme.wire(self.kind)
        style = Qt.PenStyle.DashLine if self.verdict == "refused" else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(painting.pen(tone, max(2.6, 1.4 / look.scale), 255, style))
        painter.drawPath(self.path())

"""The canvas's items: NodeGraphQt's classes with our data, our geometry and our painting in them.

A node paints its ports itself, so that one cached picture is all that a zoom or a drag has to move; the port items are
only what the mouse meets. ``PipeItem`` would bring an arrow of its own for each wire, which costs more than the wire:
its attributes are set here and its constructor is not run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsSceneMouseEvent

from app.ui.canvas import geometry as g
from app.ui.canvas import painting
from app.ui.canvas.nodegraph import IN, OUT, AbstractNodeItem, BackdropNodeItem, LivePipeItem, PipeItem, PortItem
from app.ui.canvas.painting import Look, NodeState, Pill
from app.ui.canvas.routing import Router
from app.ui.canvas.view import NodeView, PortView, WireView

if TYPE_CHECKING:
    from app.core.document import Frame
    from app.ui.canvas.viewer import Viewer

GRIP = 11.0
Z_FRAME, Z_WIRE, Z_NODE, Z_LIVE = -2.0, -1.0, 1.0, 4.0
NO_CACHE = QGraphicsItem.CacheMode.NoCache
DEVICE_CACHE = QGraphicsItem.CacheMode.DeviceCoordinateCache


def look_of(item: Any) -> Look:
    """The theme and scale of the viewer that the item is in."""
    viewer: Viewer | None = item.viewer()
    return viewer.look if viewer is not None else Look()


class PortSpot(PortItem):
    """Where the mouse meets a port."""

    def __init__(self, card: NodeCard, index: int, is_input: bool) -> None:
        super().__init__(card)
        self.index = index
        self.is_input = is_input
        self.port_type = IN if is_input else OUT
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsScenePositionChanges, False)
        self.setCacheMode(NO_CACHE)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def card(self) -> NodeCard:
        card: NodeCard = self.parentItem()
        return card

    @property
    def view(self) -> PortView:
        ports = self.card.view.inputs if self.is_input else self.card.view.outputs
        return ports[self.index]

    @property
    def centre(self) -> QPointF:
        """Where wires end, in the scene."""
        centre: QPointF = self.scenePos()
        return centre

    def refresh(self) -> None:
        """Take name, place and texts from the node's view."""
        card, port = self.card, self.view
        self._name = port.name
        self._multi_connection = not self.is_input
        heights = card.measured.inputs if self.is_input else card.measured.outputs
        self.setPos(0.0 if self.is_input else card.measured.width, heights[self.index])
        lines = [f"<b>{port.name}</b>  {port.type or 'type not known yet'}", port.help]
        self.setToolTip("<br>".join(line for line in lines if line))

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(-GRIP, -GRIP + 2.0, 2 * GRIP, 2 * GRIP - 4.0)

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Nothing: the node paints its ports."""

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        """The viewer has begun a wire; the node below must not move."""
        event.accept()

    def hoverEnterEvent(self, event: Any) -> None:  # noqa: N802
        super().hoverEnterEvent(event)
        self.card.hover((self.is_input, self.index))

    def hoverLeaveEvent(self, event: Any) -> None:  # noqa: N802
        super().hoverLeaveEvent(event)
        self.card.hover(None)


class NodeCard(AbstractNodeItem):
    """A node."""

    def __init__(self, view: NodeView) -> None:
        super().__init__(view.title)
        self.view = view
        self.measured = g.measure(view)
        self.state = NodeState()
        self._inputs: list[PortSpot] = []
        self._outputs: list[PortSpot] = []
        self._properties["visible"] = True
        self.id = view.id
        self.setCacheMode(DEVICE_CACHE)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges)
        self.setZValue(Z_NODE)
        self._dress(view)

    def take(self, view: NodeView) -> None:
        """Take another view of the same node."""
        if view is self.view:
            return
        self.prepareGeometryChange()
        self.measured = g.measure(view)
        self._dress(view)
        self.update()

    def _dress(self, view: NodeView) -> None:
        self.view = view
        self._width, self._height = self.measured.width, self.measured.height
        self._properties["name"] = view.title
        self.state.hovered = None
        self._fit(self._inputs, len(view.inputs), True)
        self._fit(self._outputs, len(view.outputs), False)
        for spot in (*self._inputs, *self._outputs):
            spot.refresh()
        named = f"<b>{view.name}</b>  {view.title}" if view.name else f"<b>{view.title}</b>"
        self.setToolTip("<br>".join(line for line in (named, view.message, view.note) if line))

    def _fit(self, spots: list[PortSpot], count: int, is_input: bool) -> None:
        while len(spots) < count:
            spots.append(PortSpot(self, len(spots), is_input))
        while len(spots) > count:
            spot = spots.pop()
            for pipe in tuple(spot.connected_pipes):
                pipe.delete()
            spot.setParentItem(None)
            if spot.scene() is not None:
                spot.scene().removeItem(spot)

    @property
    def inputs(self) -> list[PortSpot]:
        return self._inputs

    @property
    def outputs(self) -> list[PortSpot]:
        return self._outputs

    def spot(self, name: str, slot: int = 0, *, is_input: bool) -> PortSpot | None:
        """The port of that name (and slot, of a variadic input)."""
        for spot in self._inputs if is_input else self._outputs:
            if spot.view.name == name and spot.view.slot == slot:
                return spot
        return None

    @property
    def rect(self) -> QRectF:
        """Where the card lies in the scene, without its glow."""
        return QRectF(self.x(), self.y(), self._width, self._height)

    def wires(self) -> list[Wire]:
        return [pipe for spot in (*self._inputs, *self._outputs) for pipe in spot.connected_pipes]

    def hover(self, port: tuple[bool, int] | None) -> None:
        self.state.hovered = port
        self.update()

    def light(self, lit: dict[tuple[bool, int], bool] | None) -> None:
        """Mark ports for a wire that is being dragged, or take the marks away."""
        if lit != self.state.lit:
            self.state.lit = lit
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        margin = g.MARGIN
        return QRectF(-margin, -margin, self._width + 2 * margin, self._height + 2 * margin)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(0.0, 0.0, self._width, self._height))
        return path

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        painting.node(painter, self.view, self.measured, self.state, look_of(self))

    def itemChange(self, change: Any, value: Any) -> Any:  # noqa: N802
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            viewer = self.viewer()
            if viewer is not None:
                viewer.card_moved(self)
        elif change == QGraphicsItem.GraphicsItemChange.ItemSelectedHasChanged:
            self.state.selected = bool(value)
            self.setZValue(Z_NODE + 0.5 if value else Z_NODE)
            for wire in self.wires():
                wire.update()
        return super().itemChange(change, value)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.viewer().node_double_clicked.emit(self.id)
        event.accept()

    def delete(self) -> None:
        for wire in self.wires():
            wire.delete()
        super().delete()


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
        self.pill.width = painting.pill_width(self.view.text) if self.view.text else 0.0
        self.pill.fits = bool(self.view.text) and self.path().length() > self.pill.width + 14.0

    def run(self, router: Router) -> None:
        """Find the way anew."""
        path, middle = router.path(id(self), self.source.centre, self.target.centre)
        self.pill.middle = middle
        self._hit = None
        self.setPath(path)
        self.pill.fits = bool(self.view.text) and path.length() > self.pill.width + 14.0

    def shift(self, delta: QPointF) -> None:
        """Both ends have moved alike: so does the wire."""
        self.pill.middle += delta
        self._hit = None
        self.setPath(self.path().translated(delta))

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
            label = QRectF(0, 0, self.pill.width + 4, painting.PILL_HEIGHT + 4)
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
        painting.wire(painter, self.path(), self.view.kind, look, strong=self.strong, marked=self.marked or self.chosen)
        if self.pill.fits and look.scale >= painting.PILLS:
            painting.pill(painter, self.pill, self.view.kind, look)


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
        self.refused = False
        self.setZValue(Z_LIVE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def stretch(self, fixed: PortSpot, to: QPointF, *, refused: bool, fits: bool) -> None:
        """From a port to the cursor (or to the port that it snapped to)."""
        self.kind = "fits" if fits else fixed.view.kind
        self.refused = refused
        start, end = (to, fixed.centre) if fixed.is_input else (fixed.centre, to)
        path = QPainterPath(start)
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
        tone = theme.error if self.refused else theme.success if self.kind == "fits" else theme.wire(self.kind)
        style = Qt.PenStyle.DashLine if self.refused else Qt.PenStyle.SolidLine
        painter.setPen(painting.pen(tone, max(2.6, 1.4 / look.scale), 255, style))
        painter.drawPath(self.path())


class FrameBox(BackdropNodeItem):
    """A titled frame, drawn round its nodes. Its title is its handle: it carries them."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.title)
        self._width, self._height = 0.0, 0.0
        self._sizer.setVisible(False)
        self._sizer.setEnabled(False)
        self.frame = frame
        self.cards: list[NodeCard] = []
        self.id = None
        self.setCacheMode(NO_CACHE)
        self.setZValue(Z_FRAME)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, False)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, False)

    def hold(self, frame: Frame, cards: Iterable[NodeCard]) -> None:
        """Take a frame's title and nodes, and go round them."""
        self.frame = frame
        self.cards = list(cards)
        self._properties["name"] = frame.title
        self.setVisible(bool(self.cards))
        self.surround()
        self.update()

    def surround(self) -> None:
        rect = QRectF()
        for card in self.cards:
            rect = rect.united(card.rect)
        pad = painting.FRAME_PAD
        rect.adjust(-pad, -pad - painting.FRAME_TITLE + 6.0, pad, pad)
        if rect.size().toTuple() != (self._width, self._height):
            self.prepareGeometryChange()
            self._width, self._height = rect.width(), rect.height()
        self.setPos(rect.topLeft())

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(-2.0, -2.0, self._width + 4.0, self._height + 4.0)

    def shape(self) -> QPainterPath:
        """Only the title takes the mouse, so that one can draw a selection inside a frame."""
        look = look_of(self)
        path = QPainterPath()
        height = painting.FRAME_TITLE * min(max(1.0, 0.55 / look.scale), 2.4)
        path.addRect(QRectF(0.0, 0.0, self._width, min(height, self._height)))
        return path

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        rect = QRectF(0.0, 0.0, self._width, self._height)
        painting.frame(painter, rect, self.frame.title, self.frame.colour, look_of(self))

    def get_nodes(self, inc_intersects: bool = False) -> list[NodeCard]:
        return list(self.cards)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        scene = self.scene()
        scene.clearSelection()
        for card in self.cards:
            card.setSelected(True)
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        delta = event.scenePos() - event.lastScenePos()
        for card in self.cards:
            card.moveBy(delta.x(), delta.y())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        event.accept()

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        event.accept()

"""Nodes and ports: NodeGraphQt's classes with our data, our geometry and our painting in them.

A node paints its ports itself, so that one cached picture is all that a drag has to move; the port items are only what
the mouse meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneMouseEvent

from app.ui.canvas import geometry as g
from app.ui.canvas import painting
from app.ui.canvas.gestures import Verdict
from app.ui.canvas.nodegraph import IN, OUT, AbstractNodeItem, PortItem
from app.ui.canvas.painting import Look, NodeState
from app.ui.canvas.view import NodeView, PortView

if TYPE_CHECKING:
    from app.ui.canvas.viewer import Viewer
    from app.ui.canvas.wires import Wire

GRIP = 11.0
Z_NODE = 1.0
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
        self.setAcceptHoverEvents(True)
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
        self.setToolTip("" if view.problem else "<br>".join(line for line in (named, view.note) if line))

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

    def light(self, lit: dict[tuple[bool, int], Verdict] | None) -> None:
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

    def hoverEnterEvent(self, event: Any) -> None:  # noqa: N802
        self.viewer().point_at(self)

    def hoverLeaveEvent(self, event: Any) -> None:  # noqa: N802
        self.viewer().point_at(None)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.viewer().node_double_clicked.emit(self.id)
        event.accept()

    def delete(self) -> None:
        for wire in self.wires():
            wire.delete()
        super().delete()

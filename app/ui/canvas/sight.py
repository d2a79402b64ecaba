"""NodeGraphQt's viewer as a window onto the scene: exact zoom, scrolling pan, background, hit tests, wires' ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView

from app.ui.canvas import labels, painting
from app.ui.canvas.frames import FrameBox
from app.ui.canvas.items import NodeCard, PortSpot
from app.ui.canvas.nodegraph import NodeViewer
from app.ui.canvas.painting import Look
from app.ui.canvas.routing import Router
from app.ui.canvas.wires import LiveWire, Wire
from app.ui.theme import Theme

NEAREST, FARTHEST = 3.0, 0.08
WORLD = QRectF(-100_000.0, -100_000.0, 200_000.0, 200_000.0)
DOTS = 24.0
FIT_MARGIN, FIT_LARGEST = 48, 1.15
A_FEW = 250
NEAR = 30.0
"""What is let go this near to a wire is meant for it."""


class Sight(NodeViewer):
    """What of the scene is seen, and how large."""

    looked = Signal()
    shifted = Signal()
    pointed = Signal()
    """The mouse is over another node, or over none."""

    def __init__(self) -> None:
        self.pointed_at: NodeCard | None = None
        self._framed: Callable[[], None] | None = None
        self.look = Look()
        self.router = Router()
        self.frames: list[FrameBox] = []
        self._cards: list[NodeCard] = []
        self._wires: list[Wire] = []
        self._moved: set[NodeCard] = set()
        super().__init__(undo_stack=None)
        self._replace_live_wire()
        self._cursor_text.setVisible(False)
        self._search_widget.setParent(self)  # else it would outlive the viewer, as a window of its own
        self._search_widget.hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self.setSceneRect(WORLD)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self.looked)

    def _replace_live_wire(self) -> None:
        self.scene().removeItem(self._LIVE_PIPE)
        self._LIVE_PIPE: LiveWire = LiveWire()
        self._LIVE_PIPE.setVisible(False)
        self.scene().addItem(self._LIVE_PIPE)

    def set_theme(self, theme: Theme) -> None:
        self.look = Look(theme, self.look.scale)
        self.scene().background_color = painting.colour(theme.canvas).getRgb()[:3]
        self.resetCachedContent()
        self.repaint_all()

    def repaint_all(self) -> None:
        """Draw every item anew: the theme or the level of detail has changed."""
        for item in self.scene().items():
            item.update()
        self.viewport().update()

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        return self.look.scale

    def visible_rect(self) -> QRectF:
        """What of the scene is in sight."""
        rect: QRectF = self.mapToScene(self.viewport().rect()).boundingRect()
        return rect

    def look_at(self, centre: QPointF, zoom: float) -> None:
        self._framed = None
        self._set_zoom(zoom)
        self.centerOn(centre)
        self._keep_range()

    def keep_framed(self, frame: Callable[[], None]) -> None:
        """Frame the graph like this, and again whenever the size changes, until something else is looked at."""
        frame()
        self._framed = frame

    @property
    def is_framed(self) -> bool:
        """Whether nobody has zoomed or panned since the graph was put into the window."""
        return self._framed is not None

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom about a point of the viewport, which stays where it is."""
        self._framed = None
        before = self.viewportTransform().inverted()[0].map(at)
        self._set_zoom(self.zoom * factor)
        now = self.viewportTransform().map(before)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(now.x() - at.x()))
        down.setValue(down.value() + round(now.y() - at.y()))
        self._keep_range()

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, FARTHEST), NEAREST)
        if zoom != self.look.scale or self.transform().m11() != zoom:
            self.look = Look(self.look.theme, zoom)
            self.setTransform(QTransform.fromScale(zoom, zoom))

    def _keep_range(self) -> None:
        self._scene_range = self.visible_rect()
        self.looked.emit()

    def _update_scene(self) -> None:
        """NodeGraphQt has set the range to be seen."""
        self.setSceneRect(WORLD)
        width = self._scene_range.width() or 1.0
        self.look_at(self._scene_range.center(), self.viewport().width() / width)

    def _set_viewer_zoom(self, value: float, sensitivity: float | None = None, pos: QPoint | None = None) -> None:
        at = QPointF(pos) if pos is not None else QPointF(self.viewport().rect().center())
        self.zoom_by(1.0015**value if sensitivity is None else (1.1 if value > 0 else 0.9), at)

    def _set_viewer_pan(self, pos_x: float, pos_y: float) -> None:
        self._framed = None
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(pos_x * self.zoom))
        down.setValue(down.value() + round(pos_y * self.zoom))
        self._keep_range()

    def _combined_rect(self, nodes: Iterable[NodeCard | FrameBox]) -> QRectF:
        rect = QRectF()
        for node in nodes:
            rect = rect.united(node.rect if isinstance(node, NodeCard) else node.sceneBoundingRect())
        return rect

    def fit(self, items: Iterable[NodeCard | FrameBox]) -> None:
        """Show these nodes and frames whole, no larger than is pleasant."""
        rect = self._combined_rect(items)
        if rect.isEmpty():
            return
        room = self.viewport().rect().adjusted(FIT_MARGIN, FIT_MARGIN, -FIT_MARGIN, -FIT_MARGIN)
        zoom = min(max(room.width(), 50) / rect.width(), max(room.height(), 50) / rect.height(), FIT_LARGEST)
        self.look_at(rect.center(), zoom)

    def get_zoom(self) -> float:
        return self.zoom - 1.0

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        QGraphicsView.resizeEvent(self, event)
        self._last_size = self.size()
        if self._framed is not None:
            self.keep_framed(self._framed)
        else:
            self._keep_range()

    def drawBackground(self, painter: QPainter, rect: QRectF | Any) -> None:  # noqa: N802
        painter.fillRect(rect, painting.colour(self.look.theme.canvas))
        step = DOTS
        while step * self.zoom < DOTS * 0.75:
            step *= 2
        left, top = rect.left() - rect.left() % step, rect.top() - rect.top() % step
        across = int((rect.right() - left) / step) + 1
        down = int((rect.bottom() - top) / step) + 1
        points = [QPointF(left + step * x, top + step * y) for y in range(down) for x in range(across)]
        dot = painting.pen(self.look.theme.dot, 2.0)
        dot.setCosmetic(True)
        painter.setPen(dot)
        painter.drawPoints(points)

    # -- moving -------------------------------------------------------------------------------------------------------

    def hold(self, cards: Iterable[NodeCard], wires: Iterable[Wire]) -> None:
        """What is in the scene now, in the graph's order; asking the scene itself would cost more than a frame."""
        self._cards, self._wires = list(cards), list(wires)
        if self.pointed_at is not None and self.pointed_at.scene() is None:
            self.pointed_at = None

    def cards(self) -> list[NodeCard]:
        return self._cards

    def wires(self) -> list[Wire]:
        return self._wires

    def card_moved(self, card: NodeCard) -> None:
        """An item's position changed; its wires follow when the event is through."""
        self._moved.add(card)

    def point_at(self, card: NodeCard | None) -> None:
        """The mouse has come to a node, or left it."""
        if card is not self.pointed_at:
            self.pointed_at = card
            self.pointed.emit()

    @property
    def is_busy(self) -> bool:
        """Whether a wire is being dragged: what is only to be read stays out of its way."""
        return False

    def follow_moves(self) -> None:
        """Let wires and frames follow the nodes that moved."""
        if not self._moved:
            return
        moved, self._moved = self._moved, set()
        self._place_boxes(self.router)
        for wire in {wire for card in moved for wire in card.wires()}:
            wire.run(self.router)
        for frame in self.frames:
            if any(card in moved for card in frame.cards):
                frame.surround(self._cards)
        self.shifted.emit()

    def reroute_a_few(self) -> None:
        """Find all wires' ways anew where that is done within a frame; else they stay as they followed their nodes."""
        if len(self._wires) <= A_FEW:
            self.reroute()

    def reroute(self) -> None:
        """Find all wires' ways anew, in one order, so that the same graph always looks the same."""
        self._moved.clear()
        for frame in self.frames:
            frame.surround(self._cards)
        self.router = Router()
        self._place_boxes(self.router)
        for wire in self.wires():
            wire.run(self.router)
        labels.spread(self.wires(), self.cards())

    def _place_boxes(self, router: Router) -> None:
        frames = [piece.translated(frame.pos()) for frame in self.frames if frame.cards for piece in frame.pieces]
        router.place((card.rect for card in self.cards()), frames)

    # -- hit tests ----------------------------------------------------------------------------------------------------

    def _items_near(
        self, pos: QPointF, item_type: type | None = None, width: float = 20, height: float = 20
    ) -> list[Any]:
        """Items under a point, topmost first; NodeGraphQt's looks up and left of it."""
        reach = 1.5 / self.zoom
        rect = QRectF(pos.x() - reach, pos.y() - reach, 2 * reach, 2 * reach)
        skipped = (self._LIVE_PIPE, self._SLICER_PIPE)
        found = [item for item in self.scene().items(rect) if item not in skipped]
        return [item for item in found if item_type is None or isinstance(item, item_type)]

    def port_at(self, pos: QPointF, reach: float = 0.0, *, of_inputs: bool | None = None) -> PortSpot | None:
        """The port under a point, or the nearest within ``reach`` pixels (of one side, where that is said)."""
        if self.zoom < painting.PLAIN * 1.4:
            return None
        size = max(reach / self.zoom, 0.5)
        area = QRectF(pos.x() - size, pos.y() - size, 2 * size, 2 * size)
        found = [item for item in self.scene().items(area) if isinstance(item, PortSpot)]
        spots = [spot for spot in found if of_inputs is None or spot.is_input == of_inputs]
        return min(spots, key=lambda spot: (spot.centre - pos).manhattanLength(), default=None)

    def wire_near(self, pos: QPointF, reach: float = NEAR) -> Wire | None:
        """The wire nearest to a point, no farther than ``reach`` in the scene, or on the screen where that is more."""
        least, found = max(reach, reach / self.zoom), None
        area = QRectF(pos.x() - least, pos.y() - least, 2 * least, 2 * least)
        for wire in self._wires:
            if wire.isVisible() and wire.boundingRect().intersects(area):
                away = wire.distance(pos)
                if away <= least:
                    least, found = away, wire
        return found

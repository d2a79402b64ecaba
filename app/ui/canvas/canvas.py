"""The canvas: one graph, shown as it is, and what a person does to it, as signals.

It changes nothing itself. The workspace makes the edit and calls ``present`` (or ``show``) with the new state; what a
gesture had moved and no edit took up goes back to where the document has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.core.document import Edge
from app.ui.canvas import export, placing, travel
from app.ui.canvas.frames import FrameBox
from app.ui.canvas.gestures import Judge, WireDrag
from app.ui.canvas.graph import Graph
from app.ui.canvas.items import NodeCard
from app.ui.canvas.minimap import Minimap
from app.ui.canvas.naming import NameField
from app.ui.canvas.view import EMPTY, GraphView, WireView, end_of
from app.ui.canvas.viewer import Viewer
from app.ui.canvas.wires import Wire
from app.ui.theme import DARK, Theme

Position = tuple[float, float]
FIT_MARGIN = 48.0
FIT_LARGEST = 1.15


class Canvas(QWidget):
    """One graph of one document at a time."""

    moved = Signal(object)
    """{node id: (x, y)}. With the first move come all positions that the canvas had chosen itself."""
    connect_asked = Signal(object, object)
    """End source, End target. A single input's wire is to be replaced."""
    rewire_asked = Signal(object, object, object)
    """Edge, End source, End target: a wire was picked up and dropped on another port, in one gesture."""
    disconnect_asked = Signal(object)
    """[Edge]"""
    delete_asked = Signal(object, bool)
    """Node ids (``@in:x`` and ``@out:y`` for the graph's own), and whether to heal the wires through them."""
    insert_asked = Signal(object, object)
    """Node id, Edge: an unwired node was dropped on a wire; its ``moved`` comes first."""
    block_dropped = Signal(str, object, object)
    """Palette payload (``block:Conv2d``), scene position, Edge or None."""
    search_asked = Signal(object, object)
    """Scene position, End or None: wire dragged into empty space, double-click, Tab. ``search_gives`` says whether the
    End is an output (what is added takes it) or an input (what is added feeds it)."""
    entered = Signal(str)
    """Id of a graph or model node that was double-clicked."""
    left = Signal()
    """Esc."""
    selection_changed = Signal(object)
    """Node ids."""
    rename_asked = Signal(str, str)
    """Node id, new name."""
    menu_asked = Signal(object, object)
    """Global position, scene position; the node under the cursor is selected."""
    looked = Signal()
    """What is in sight has changed."""

    def __init__(self, parent: QWidget | None = None, *, theme: Theme = DARK, can_connect: Judge | None = None) -> None:
        super().__init__(parent)
        self.search_gives = True
        self._view: GraphView = EMPTY
        self._shown = False
        self._cards: dict[str, NodeCard] = {}
        self._wires: dict[tuple[Edge, int], Wire] = {}
        self._places = placing.Places()
        self._sights: dict[str, tuple[QPointF, float]] = {}
        self._quiet = False
        self._wants_fit = False
        self.viewer = Viewer()
        self.graph = Graph(self.viewer, self)
        if can_connect is not None:
            self.viewer.judge = can_connect
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)
        self.setFocusProxy(self.viewer)
        self.viewer.setAccessibleName("Graph")
        self.viewer.setAccessibleDescription("Arrow keys travel along wires, Tab adds a block, F shows everything.")
        self._empty = QLabel("Drag a block here or press Tab", self.viewer)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._minimap = Minimap(self.viewer)
        self._editor = NameField(self.viewer)
        self._listen()
        self.set_theme(theme)
        self.show_view(EMPTY)

    def _listen(self) -> None:
        viewer, graph = self.viewer, self.graph
        graph.cards_moved.connect(self._on_moved)
        graph.wires_cut.connect(self._on_cut)
        graph.card_entered.connect(self._on_entered)
        viewer.wire_dropped.connect(self._on_wire_dropped)
        viewer.block_dropped.connect(self.block_dropped)
        viewer.search_wanted.connect(lambda pos: self.search_asked.emit(pos, None))
        viewer.menu_wanted.connect(self.menu_asked)
        viewer.delete_pressed.connect(self._on_delete)
        viewer.rename_pressed.connect(self.rename_selected)
        viewer.arrow_pressed.connect(self._on_arrow)
        viewer.escaped.connect(self.left)
        viewer.fit_pressed.connect(self.fit)
        viewer.looked.connect(self._on_looked)
        viewer.shifted.connect(self._minimap.refresh)
        viewer.scene().selectionChanged.connect(self._on_selection)
        self._editor.named.connect(self.rename_asked)

    # -- what the workspace says --------------------------------------------------------------------------------------

    @property
    def can_connect(self) -> Judge:
        """Says for an output and an input whether a wire may go between them: None, or a sentence why not."""
        return self.viewer.judge

    @can_connect.setter
    def can_connect(self, judge: Judge) -> None:
        self.viewer.judge = judge

    @property
    def view(self) -> GraphView:
        return self._view

    def show(self, view: GraphView | None = None) -> None:
        """Show a graph; without one, show the widget, as Qt's own ``show`` does."""
        if view is None:
            super().show()
        else:
            self.show_view(view)

    def show_view(self, view: GraphView) -> None:
        """Apply the difference between what is shown and ``view``, by identity."""
        same_document = view.origin is self._view.origin
        same_graph = same_document and view.name == self._view.name
        if not same_document:
            self._sights.clear()
            self._places.forget()
        elif not same_graph:
            self._leave_sight()
        self._quiet = True
        try:
            structure = self._apply_nodes(view, same_graph)
            structure |= self._apply_wires(view)
            self._view = view
            self.viewer.hold(self._cards.values(), self._wires.values())
            self._apply_frames(view)
            structure |= self._apply_positions(view)
            if structure or not same_graph:
                self.viewer.reroute()
        finally:
            self._quiet = False
        self._empty.setVisible(not view.nodes)
        if not same_graph:
            self._come_back(view.name)
            self._on_selection()
        self._minimap.refresh()

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and no others, without saying so."""
        wanted = set(ids)
        self._quiet = True
        for identity, card in self._cards.items():
            if card.isSelected() != (identity in wanted):
                card.setSelected(identity in wanted)
        self._quiet = False

    @property
    def selection(self) -> list[str]:
        """Ids of the selected nodes, in the graph's order."""
        return [identity for identity, card in self._cards.items() if card.isSelected()]

    def set_theme(self, theme: Theme) -> None:
        self.viewer.set_theme(theme)
        self._minimap.set_theme(theme)
        self._empty.setStyleSheet(f"color: {theme.faint}; font-size: 15px; background: transparent;")

    # -- applying a view ----------------------------------------------------------------------------------------------

    def _apply_nodes(self, view: GraphView, same_graph: bool) -> bool:
        changed = False
        scene = self.viewer.scene()
        for identity in [known for known in self._cards if not same_graph or known not in view.nodes]:
            self._drop_card(identity)
            changed = True
        order = list(view.nodes)
        for identity, node in view.nodes.items():
            card = self._cards.get(identity)
            if card is None:
                card = self._cards[identity] = NodeCard(node)
                scene.addItem(card)
                changed = True
            elif card.view is not node:
                before = card.measured
                card.take(node)
                changed |= card.measured.inputs != before.inputs or card.measured.width != before.width
                changed |= card.measured.height != before.height or card.measured.outputs != before.outputs
        if list(self._cards) != order:
            self._cards = {identity: self._cards[identity] for identity in order}
        return changed

    def _drop_card(self, identity: str) -> None:
        card = self._cards.pop(identity)
        for wire in card.wires():
            self._wires = {key: known for key, known in self._wires.items() if known is not wire}
        card.delete()

    def _apply_wires(self, view: GraphView) -> bool:
        wanted = {(wire.edge, wire.target[2]): wire for wire in view.wires}
        changed = False
        for key in [key for key, wire in self._wires.items() if key not in wanted or wire.scene() is None]:
            self._wires.pop(key).delete()
            changed = True
        kept: dict[tuple[Edge, int], Wire] = {}
        for key, data in wanted.items():
            known = self._wires.get(key)
            if known is not None:
                known.take(data)
            else:
                known = self._made_wire(data)
                changed = True
            if known is not None:
                kept[key] = known
        self._wires = kept
        return changed

    def _made_wire(self, data: WireView) -> Wire | None:
        source = self._cards[data.source[0]].spot(data.source[1], is_input=False)
        target = self._cards[data.target[0]].spot(data.target[1], data.target[2], is_input=True)
        if source is None or target is None:
            return None
        wire = Wire(data, source, target)
        self.viewer.scene().addItem(wire)
        return wire

    def _apply_frames(self, view: GraphView) -> None:
        frames, scene = self.viewer.frames, self.viewer.scene()
        while len(frames) > len(view.frames):
            scene.removeItem(frames.pop())
        for index, frame in enumerate(view.frames):
            if index == len(frames):
                frames.append(FrameBox(frame))
                scene.addItem(frames[-1])
            cards = [self._cards[identity] for identity in frame.nodes if identity in self._cards]
            frames[index].hold(frame, cards)

    def _apply_positions(self, view: GraphView) -> bool:
        places = self._places.of(view, self._drawn())
        changed = False
        for identity, card in self._cards.items():
            x, y = places[identity]
            if card.x() != x or card.y() != y:
                card.setPos(x, y)
                changed = True
        return changed

    # -- layout -------------------------------------------------------------------------------------------------------

    def layout_of(self, ids: Collection[str] | None = None) -> dict[str, Position]:
        """Places for all nodes or some, in layers from left to right."""
        return placing.layout_of(self._drawn(), ids)

    def _drawn(self) -> placing.Drawn:
        frames = [[card.id for card in frame.cards] for frame in self.viewer.frames]
        return placing.Drawn(self._cards, list(self._wires.values()), frames)

    def tidy(self, ids: Collection[str] | None = None) -> None:
        """Ask for a tidy layout of all nodes, or of these where they are."""
        found = self.layout_of(ids)
        if not found:
            return
        if ids is not None:
            left = min(self._cards[identity].x() for identity in found)
            top = min(self._cards[identity].y() for identity in found)
            left -= min(x for x, _ in found.values())
            top -= min(y for _, y in found.values())
            found = {identity: (round(x + left), round(y + top)) for identity, (x, y) in found.items()}
        self._report_moves({identity: (round(x), round(y)) for identity, (x, y) in found.items()})

    def position_of(self, identity: str) -> Position | None:
        """Where a node lies."""
        card = self._cards.get(identity)
        return (card.x(), card.y()) if card is not None else None

    # -- looking ------------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show everything."""
        self._show_cards(self._cards.values())

    def zoom_to(self, ids: Iterable[str]) -> None:
        """Show these nodes."""
        self._show_cards([self._cards[identity] for identity in ids if identity in self._cards])

    def reveal(self, ids: Iterable[str]) -> None:
        """Bring nodes into sight without changing the zoom; does nothing where they are in sight."""
        rect = self._rect_of([self._cards[identity] for identity in ids if identity in self._cards])
        if not rect.isEmpty() and not self.viewer.visible_rect().contains(rect):
            self.viewer.look_at(rect.center(), self.viewer.zoom)

    def _rect_of(self, cards: Iterable[NodeCard]) -> QRectF:
        rect = QRectF()
        for card in cards:
            rect = rect.united(card.rect)
        return rect

    def _show_cards(self, cards: Iterable[NodeCard]) -> None:
        rect = self._rect_of(cards)
        if rect.isEmpty():
            return
        room = self.viewer.viewport().rect()
        margin = 2 * FIT_MARGIN
        zoom = min(
            max(room.width() - margin, 50) / rect.width(),
            max(room.height() - margin, 50) / rect.height(),
            FIT_LARGEST,
        )
        self.viewer.look_at(rect.center(), zoom)

    @property
    def centre(self) -> Position:
        """The middle of what is in sight, in the scene: where something new may go."""
        middle = self.viewer.visible_rect().center()
        return middle.x(), middle.y()

    @property
    def zoom(self) -> float:
        return self.viewer.zoom

    def _leave_sight(self) -> None:
        if self._view.name and self._shown:
            self._sights[self._view.name] = (self.viewer.visible_rect().center(), self.viewer.zoom)

    def _come_back(self, name: str) -> None:
        """What was in sight when the graph was left is again; a new one is shown whole."""
        known = self._sights.get(name)
        if known is not None:
            self.viewer.look_at(*known)
        elif self._shown:
            self.fit()
        else:
            self._wants_fit = True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            if self._wants_fit:
                self._wants_fit = False
                QTimer.singleShot(0, self, self.fit)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._empty.setGeometry(self.viewer.rect())
        self._minimap.place()

    def _on_looked(self) -> None:
        self._minimap.follow()
        self.looked.emit()

    # -- gestures -----------------------------------------------------------------------------------------------------

    def _on_moved(self, cards: Any) -> None:
        found = {card.id: (card.x(), card.y()) for card in cards if isinstance(card, NodeCard)}
        over = self.viewer.marked
        edge = over.view.edge if over is not None and len(found) == 1 else None
        self.viewer.mark(None)
        self._report_moves(found)
        if edge is not None:
            self.insert_asked.emit(next(iter(found)), edge)

    def _report_moves(self, found: Mapping[str, Position]) -> None:
        if not found:
            return
        self.moved.emit({**self._places.chosen(self._view.name), **found})
        self._settle()

    def _settle(self) -> None:
        """What no edit took up goes back to where the document has it."""
        self._quiet = True
        if self._apply_positions(self._view):
            self.viewer.reroute()
        self._quiet = False
        self._minimap.refresh()

    def _on_cut(self, pairs: Any) -> None:
        cut = [wire.view.edge for target, source in pairs for wire in target.connected_pipes if wire.source is source]
        if cut:
            self.disconnect_asked.emit(cut)

    def _on_wire_dropped(self, drag: Any, over: Any) -> None:
        """``over``: the port that it was dropped on, or None."""
        if over is None:
            self._dropped_in_space(drag)
            return
        if drag.refusal(over) is not None or drag.changes_nothing(over):
            return
        source, target = drag.ends(over)
        if drag.lifted is None:
            self.connect_asked.emit(source, target)
        else:
            self.rewire_asked.emit(drag.lifted.view.edge, source, target)

    def _dropped_in_space(self, drag: WireDrag) -> None:
        if drag.lifted is not None:
            self.disconnect_asked.emit([drag.lifted.view.edge])
            return
        self.search_gives = not drag.fixed.is_input
        end = end_of(drag.fixed.card.id, drag.fixed.view.name)
        self.search_asked.emit(self.viewer.drop_at, end)

    def _on_delete(self, heal: bool) -> None:
        nodes = self.selection
        edges = [wire.view.edge for wire in self._wires.values() if wire.chosen]
        if nodes:
            self.delete_asked.emit(nodes, heal)
        elif edges:
            self.disconnect_asked.emit(edges)

    def _on_entered(self, identity: str) -> None:
        card = self._cards.get(identity)
        if card is None:
            return
        if card.view.enters:
            self.entered.emit(identity)
        else:
            self.rename(identity)

    def _on_selection(self) -> None:
        if not self._quiet:
            if self.viewer.scene().selectedItems():
                self.viewer.choose_wires(())
            self.selection_changed.emit(self.selection)

    def _on_arrow(self, across: int, down: int) -> None:
        """Travel along wires: across to what is fed or feeds, up and down to the nearest neighbour."""
        cards = [card for card in self._cards.values() if card.isSelected()] or list(self._cards.values())[:1]
        if not cards:
            return
        here = cards[-1]
        found = travel.along(here, across) if across else travel.beside(here, down, self._cards.values())
        if not self.selection:
            found = here
        if found is not None:
            self.select([found.id])
            self.reveal([found.id])
            self.selection_changed.emit([found.id])

    # -- renaming -----------------------------------------------------------------------------------------------------

    def rename_selected(self) -> None:
        chosen = self.selection
        if len(chosen) == 1:
            self.rename(chosen[0])

    def rename(self, identity: str) -> None:
        """Let the name be typed, on the node."""
        card = self._cards.get(identity)
        if card is not None:
            self.reveal([identity])
            self._editor.open(card)

    # -- pictures -----------------------------------------------------------------------------------------------------

    def _scene(self) -> export.Picture:
        return export.Picture(list(self._cards.values()), list(self._wires.values()), list(self.viewer.frames))

    def image(self, scale: float = 2.0, *, theme: Theme | None = None, transparent: bool = False) -> QImage:
        """The whole graph as a picture, at any scale, however the canvas is zoomed."""
        return export.image(self._scene(), theme or self.viewer.look.theme, scale, transparent=transparent)

    def export_svg(self, path: Path, *, theme: Theme | None = None) -> None:
        export.svg(self._scene(), theme or self.viewer.look.theme, path)

    def export_pdf(self, path: Path, *, theme: Theme | None = None) -> None:
        export.pdf(self._scene(), theme or self.viewer.look.theme, path)

    def repaint_details(self) -> None:
        """Draw everything anew."""
        self.viewer.repaint_all()

    def close_graph(self) -> None:
        """Let go of the scene: call it before the canvas itself is deleted."""
        self.viewer.scene().selectionChanged.disconnect(self._on_selection)
        self.viewer._search_widget.deleteLater()
        self.graph.deleteLater()

"""The canvas: one graph, shown as it is, and what a person does to it, as signals.

It changes nothing itself. The workspace makes the edit and calls ``present`` (or ``show``) with the new state; what a
gesture had moved and no edit took up goes back to where the document has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.core.document import Edge
from app.ui.canvas import export, travel
from app.ui.canvas.frames import FrameBox
from app.ui.canvas.gestures import Judge, WireDrag
from app.ui.canvas.graph import Graph
from app.ui.canvas.items import NodeCard
from app.ui.canvas.looking import Looking, opening
from app.ui.canvas.moving import Moving
from app.ui.canvas.naming import NameField
from app.ui.canvas.placing import Position
from app.ui.canvas.view import EMPTY, GraphView, end_of
from app.ui.theme import DARK, Theme

HINT = "Drag a block here, or press Tab and type its name.\nThen pull a wire from port to port."
HINT_BELOW = 220
"""A graph that has only inputs and outputs shows them in the middle; the hint stands below."""


class Canvas(Moving):
    """One graph of one document at a time."""

    def __init__(self, parent: QWidget | None = None, *, theme: Theme = DARK, can_connect: Judge | None = None) -> None:
        super().__init__(parent)
        self.search_gives = True
        self._was_seen = False
        self._quiet = False
        self._wants_fit = False
        self._looking = Looking(self.viewer)
        self.graph = Graph(self.viewer, self)
        if can_connect is not None:
            self.viewer.judge = can_connect
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)
        self.setFocusProxy(self.viewer)
        self.viewer.setAccessibleName("Graph")
        self.viewer.setAccessibleDescription("Arrow keys travel along wires, Tab adds a block, F shows everything.")
        self._empty = QLabel(HINT, self.viewer)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
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
        viewer.pressed.connect(self._glide.settle)
        viewer.duplicate_wanted.connect(self._on_duplicate)
        viewer.frame_entered.connect(self.rename_frame)
        viewer.delete_pressed.connect(self._on_delete)
        viewer.rename_pressed.connect(self.rename_selected)
        viewer.arrow_pressed.connect(self._on_arrow)
        viewer.escaped.connect(self.left)
        viewer.fit_pressed.connect(self.fit)
        viewer.looked.connect(self._on_looked)
        viewer.shifted.connect(self._minimap.refresh)
        viewer.scene().selectionChanged.connect(self._on_selection)
        self._editor.named.connect(self.rename_asked)
        self._editor.titled.connect(self.frame_rename_asked)

    # -- what the workspace says --------------------------------------------------------------------------------------

    @property
    def can_connect(self) -> Judge:
        """Says for an output and an input whether a wire may go between them: None, or a sentence why not."""
        return self.viewer.judge

    @can_connect.setter
    def can_connect(self, judge: Judge) -> None:
        self.viewer.judge = judge

    @property
    def foresee(self) -> Judge:
        """Says for an output and an input what would be wrong if a wire went between them: None, or a sentence."""
        return self.viewer.foresee

    @foresee.setter
    def foresee(self, judge: Judge) -> None:
        self.viewer.foresee = judge

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
        self._glide.settle()
        if not same_document:
            self._looking.forget()
            self._shown.places.forget()
        elif not same_graph and self._view.name and self._was_seen:
            self._looking.leave(self._view.name)
        self._view = view
        with self._quietly():
            self._shown.apply(view, same_graph)
        self._empty.setVisible(all(node.is_boundary for node in view.nodes.values()))
        if not same_graph:
            self._come_back(view.name)
            self._on_selection()
        self._minimap.refresh()
        self.callout.refresh()

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and no others, without saying so."""
        wanted = set(ids)
        with self._quietly():
            for identity, card in self._cards.items():
                if card.isSelected() != (identity in wanted):
                    card.setSelected(identity in wanted)
        self.callout.refresh()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """What is selected meanwhile is the workspace's doing, and it need not be told."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    @property
    def selection(self) -> list[str]:
        """Ids of the selected nodes, in the graph's order."""
        return [identity for identity, card in self._cards.items() if card.isSelected()]

    @property
    def chosen_edge(self) -> Edge | None:
        """The wire that was clicked, if it is one."""
        chosen = [wire.view.edge for wire in self._wires.values() if wire.chosen]
        return chosen[0] if len(chosen) == 1 else None

    def set_theme(self, theme: Theme) -> None:
        self.viewer.set_theme(theme)
        self._minimap.set_theme(theme)
        self.callout.set_theme(theme)
        self._empty.setStyleSheet(
            f"color: {theme.faint}; font-size: 15px; background: transparent; padding-top: {HINT_BELOW}px;"
        )

    # -- looking ------------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show everything, also when the canvas's size changes, until something else is looked at."""
        self.viewer.keep_framed(lambda: self.viewer.fit(self._everything()))

    def open_out(self) -> None:
        """Show a graph for the first time: as much of it from its start as can be read."""
        self.viewer.keep_framed(self._look_first)

    def _look_first(self) -> None:
        whole = self.viewer._combined_rect(self._everything())
        if not whole.isEmpty():
            start = next(iter(self._cards.values())).rect if self._cards else whole
            self.viewer.look_at(*opening(whole, start, self.viewer.viewport().size()))

    def _everything(self) -> list[NodeCard | FrameBox]:
        return [*self._cards.values(), *(frame for frame in self.viewer.frames if frame.cards)]

    def zoom_to(self, ids: Iterable[str]) -> None:
        """Show these nodes."""
        self.viewer.fit([self._cards[identity] for identity in ids if identity in self._cards])

    def look_at(self, middle: QPointF, zoom: float) -> None:
        """Show a place of the graph."""
        self.viewer.look_at(middle, zoom)

    def reveal(self, ids: Iterable[str]) -> None:
        """Bring nodes into sight without changing the zoom; does nothing where they are in sight."""
        self._looking.reveal(self._cards[identity] for identity in ids if identity in self._cards)

    @property
    def centre(self) -> Position:
        """The middle of what is in sight, in the scene: where something new may go."""
        middle = self.viewer.visible_rect().center()
        return middle.x(), middle.y()

    @property
    def zoom(self) -> float:
        return self.viewer.zoom

    def _come_back(self, name: str) -> None:
        """What was in sight when the graph was left is again; a new one is shown from its start."""
        if not self._looking.come_back(name):
            if self._was_seen:
                self.open_out()
            else:
                self._wants_fit = True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if not self._was_seen:
            self._was_seen = True
            if self._wants_fit:
                self._wants_fit = False
                QTimer.singleShot(0, self, self.open_out)

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
        self.viewer.mark(None)
        if over is not None and len(found) == 1:
            self._put_on(self._cards[next(iter(found))], over)
        else:
            self._report_moves(found)

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
            self.rewire_asked.emit(drag.moves(over))

    def _dropped_in_space(self, drag: WireDrag) -> None:
        if drag.lifted is not None:
            self.disconnect_asked.emit([wire.view.edge for wire in drag.all_lifted])
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
            self.callout.refresh()

    def _on_duplicate(self, offset: Any) -> None:
        chosen = [identity for identity in self.selection if not self._cards[identity].view.is_boundary]
        if chosen:
            self.duplicate_asked.emit(chosen, offset)

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

    def rename_frame(self, number: int) -> None:
        """Let a frame's title be typed, on the frame."""
        if 0 <= number < len(self.viewer.frames):
            self._editor.open_frame(number, self.viewer.frames[number])

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

    def close_graph(self) -> None:
        """Let go of the scene: call it before the canvas is deleted, so that nothing listens to a scene in ruins."""
        self.viewer.scene().selectionChanged.disconnect(self._on_selection)
        self.graph.deleteLater()

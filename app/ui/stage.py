"""The middle of the window: crumbs, canvas and the search at the cursor, joined to the workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QTimer
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.core.changes import fresh
from app.core.document import BOUNDARY, End
from app.core.placing import layout_of
from app.ui import offers
from app.ui.canvas.arranging import PORT_HEIGHT, TYPICAL
from app.ui.canvas.canvas import Canvas
from app.ui.canvas.view import Views
from app.ui.chooser import Choice, Chooser
from app.ui.code_banner import CodeBanner
from app.ui.crumbs import CrumbBar
from app.ui.dialogs import Dialogs
from app.ui.drawing import Drawing
from app.ui.gestures import Gestures, Position
from app.ui.style import Style
from app.ui.theme import LIGHT
from app.ui.workspace import Workspace, graph_of

TITLE = 26.0
PICTURES = "Pictures (*.svg *.pdf *.png)"


class Stage(QWidget):
    """Draws the current graph and turns gestures into edits."""

    def __init__(self, workspace: Workspace, look: Style, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._look, self._dialogs = workspace, look, dialogs
        self.gestures = Gestures(workspace)
        self.crumbs = CrumbBar(workspace)
        self.canvas = Canvas(theme=look.theme, can_connect=self.gestures.why_not)
        self.canvas.foresee = self.gestures.foresee
        self.gestures.chosen_places = self.canvas.chosen_places
        self.gestures.free_place = self.canvas.free_place
        self.drawing = Drawing(workspace, self.gestures, self.canvas, self.ask_what)
        self.chooser = Chooser(self, "Search blocks")
        self._views = Views(workspace.library)
        self._blocks: list[offers.Offer] | None = None
        self._selecting = False
        self.menu = QMenu(self)
        self._paste_at: Position | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.banner = CodeBanner(workspace)
        layout.addWidget(self.crumbs)
        layout.addWidget(self.banner)
        layout.addWidget(self.canvas, 1)
        self._listen_to_workspace()
        self._listen_to_canvas()
        self.refresh()

    # -- showing --------------------------------------------------------------------------------------------------

    def _listen_to_workspace(self) -> None:
        workspace = self.workspace
        workspace.elaboration_changed.connect(lambda _: self.refresh())
        workspace.graph_changed.connect(lambda _: self.refresh())
        workspace.opened.connect(self._opened)
        workspace.selection_changed.connect(self._show_selection)
        workspace.went_to.connect(self._show_place)
        self._look.changed.connect(lambda: self.canvas.set_theme(self._look.theme))

    def refresh(self) -> None:
        """Bring the canvas to what the workspace shows."""
        workspace = self.workspace
        if self._views.library is not workspace.library:
            self._views = Views(workspace.library)
        self.canvas.show(self._views.of(workspace.document, workspace.graph_name, workspace.result))

    def _opened(self) -> None:
        self._views = Views(self.workspace.library)
        self.refresh()

    def _show_selection(self, identities: Any) -> None:
        if not self._selecting:
            self.canvas.select(list(identities))

    def _show_place(self, path: Any) -> None:
        if path.node and path.graph == self.workspace.graph_name:
            self.canvas.select([path.node])
            self.canvas.reveal([path.node])

    # -- gestures -------------------------------------------------------------------------------------------------

    def _listen_to_canvas(self) -> None:
        canvas, gestures = self.canvas, self.gestures
        canvas.moved.connect(self._moved)
        canvas.connect_asked.connect(self._connect)
        canvas.rewire_asked.connect(self._rewire)
        canvas.disconnect_asked.connect(self._disconnect)
        canvas.delete_asked.connect(lambda nodes, heal: gestures.delete(nodes, heal=heal))
        canvas.insert_asked.connect(self._insert)
        canvas.block_dropped.connect(self._dropped)
        canvas.search_asked.connect(self.search_at)
        canvas.entered.connect(self.workspace.enter)
        canvas.left.connect(self.workspace.leave)
        canvas.selection_changed.connect(self._selected)
        canvas.rename_asked.connect(gestures.rename)
        canvas.frame_rename_asked.connect(gestures.rename_frame)
        canvas.duplicate_asked.connect(self._duplicated)
        canvas.menu_asked.connect(self._open_menu)
        self.menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self._forget_place))

    def _connect(self, source: Any, target: Any) -> None:
        if not self.gestures.connect(source, target):
            self.refresh()

    def _moved(self, positions: Any) -> None:
        self.gestures.moved(positions)

    def _duplicated(self, nodes: Any, offset: Any) -> None:
        self.gestures.duplicate(nodes, offset)

    def _disconnect(self, edges: Any) -> None:
        self.gestures.disconnect(edges)
        self.refresh()

    def _rewire(self, moves: Any) -> None:
        if not self.gestures.rewire(moves):
            self.refresh()

    def _insert(self, node: Any, edge: Any, positions: Any) -> None:
        self.gestures.put_on(node, edge, positions)

    def _dropped(self, payload: str, position: Any, edge: Any) -> None:
        place = _pair(position)
        if edge is not None and place is not None:
            place, others = self.canvas.room_on(edge, place)
            with self.canvas.gliding():
                self.gestures.insert(payload, place, edge, others)
        else:
            self.gestures.add(payload, _under_the_cursor(place))
        self.canvas.setFocus()

    def _selected(self, identities: Any) -> None:
        self._selecting = True
        self.workspace.select([identity for identity in identities if not identity.startswith(BOUNDARY)])
        self._selecting = False

    def _open_menu(self, place: Any, position: Any) -> None:
        """The menu at the cursor, which the window fills; pasting goes there."""
        self._paste_at = _pair(position)
        self.menu.popup(place)

    def _forget_place(self) -> None:
        self._paste_at = None

    # -- search at the cursor -------------------------------------------------------------------------------------

    def search(self) -> None:
        """Search where the pointer is; if it is elsewhere, in the middle, and what is chosen finds its own place."""
        viewer = self.canvas.viewer
        cursor = viewer.mapFromGlobal(QCursor.pos())
        inside = viewer.rect().contains(cursor)
        place = cursor if inside else viewer.rect().center()
        self._open_search(viewer.mapToGlobal(place), _pair(viewer.mapToScene(place)) if inside else None, None)

    def search_at(self, position: Any, end: Any) -> None:
        """The canvas asks: at a place of the graph where one is meant, with the loose end of a dragged wire."""
        if position is None:
            self.search()
            return
        self._open_search(QCursor.pos(), _pair(position), end, into=not self.canvas.search_gives)

    def _open_search(self, place: QPoint, position: Position | None, end: End | None, *, into: bool = False) -> None:
        edge = self.canvas.chosen_edge if end is None else None

        def chosen(payload: str) -> None:
            if edge is not None:
                self._dropped(payload, self.canvas.middle_of(edge), edge)
            elif end is None:
                made = self.gestures.add_here(payload, _under_the_cursor(position))
                self.canvas.reveal(made.nodes if made is not None else ())
            else:
                self.gestures.add_wired(payload, _at_its_port(position, into), end, into=into)

        hint = "Search blocks that fit" if end is not None else "Search blocks, graphs, models"
        hint = "Put a block into this wire" if edge is not None else hint
        self._choose_from(self._offers(end, into=into), place, chosen, hint)

    def ask_what(self, place: Position, hint: str, chosen: Callable[[str], object]) -> None:
        """Let anything be chosen that may be put here; ``place`` is in the graph."""
        at = self.canvas.viewer.mapToGlobal(self.canvas.viewer.mapFromScene(QPointF(*place)))
        self._choose_from(self._offers(None), at, chosen, hint)

    def _choose_from(
        self, items: Sequence[offers.Offer], place: QPoint, chosen: Callable[[str], object], hint: str
    ) -> None:
        def choices(query: str) -> list[Choice]:
            return [self._choice(offer) for offer in offers.search(query, items)]

        def then(payload: str) -> None:
            chosen(payload)
            self.canvas.setFocus()

        self.chooser.show_at(place, choices, then, hint=hint)

    def _choice(self, offer: offers.Offer) -> Choice:
        family = offers.title(offer.family)
        colour = self._look.family_colour(offer.family)
        return Choice(key=offer.payload, name=offer.name, hint=offer.summary, aside=family, colour=colour)

    def _offers(self, end: End | None, *, into: bool = False) -> list[offers.Offer]:
        workspace = self.workspace
        if self._blocks is None:
            self._blocks = offers.block_offers(workspace.library)
        items = [
            *offers.document_offers(workspace.document, workspace.graph_name),
            *offers.own_offers(),
            *self._blocks,
        ]
        if end is None:
            return items
        if into:
            return [offer for offer in items if self._has_output(offer)]
        wire = workspace.result.wire(end.node, end.port) if workspace.result is not None else None
        fits = offers.input_fitting
        return [offer for offer in items if fits(offer, wire, workspace.library, workspace.document) is not None]

    def _has_output(self, offer: offers.Offer) -> bool:
        if offer.is_file:
            return True
        name = offer.payload.partition(":")[2]
        _, outputs = offers.ports_of(offer.kind, name, self.workspace.library, self.workspace.document)
        return bool(outputs)

    # -- commands -------------------------------------------------------------------------------------------------

    def can_enter(self) -> bool:
        node = self.workspace.selected_node
        return node is not None and bool(graph_of(self.workspace.document, node))

    def enter(self) -> None:
        if self.workspace.selection:
            self.workspace.enter(self.workspace.selection[0])

    def copy(self) -> None:
        from app.core import clipboard  # not for the first frame

        text = clipboard.copy(self.workspace.document, self.workspace.graph_name, self.workspace.selection)
        QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        self.copy()
        self.delete()

    def paste(self, *, incoming: bool = False) -> None:
        """``incoming`` keeps the wires from outside where their sources are here too."""
        from app.core import clipboard

        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self.workspace.said.emit("The clipboard is empty. Select nodes and copy them first.")
            return
        graph = self.workspace.graph_name
        at, self._paste_at = self._paste_at, None
        self.workspace.do(
            lambda document: clipboard.paste(document, graph, text, at=at, incoming=incoming), select=True
        )

    def duplicate(self) -> None:
        self.gestures.duplicate(self.workspace.selection)

    def delete(self, *, heal: bool = False) -> None:
        self.gestures.delete(self.workspace.selection, heal=heal)

    def select_all(self) -> None:
        if self.workspace.graph is not None:
            self.workspace.select(self.workspace.graph.nodes)

    def group(self) -> None:
        """Asks for a name: it becomes a class in the code."""
        from app.core import grouping

        workspace = self.workspace
        name = self._dialogs.text("Group", "Name of the new graph", fresh("Block", workspace.document.graphs))
        if name:
            graph, nodes = workspace.graph_name, list(workspace.selection)
            workspace.do(lambda document: grouping.group(document, graph, nodes, name), select=True)

    def ungroup(self) -> None:
        from app.core import grouping

        graph, nodes = self.workspace.graph_name, self.workspace.selection
        if nodes:
            self.workspace.do(lambda document: grouping.ungroup(document, graph, nodes[0]), select=True)

    def rename(self) -> None:
        self.canvas.setFocus()
        self.canvas.rename_selected()

    def frame(self) -> None:
        """A titled frame around the selection."""
        nodes = self.workspace.selection
        title = self._dialogs.text("Frame", "Title of the frame", "Stage")
        if title:
            self.gestures.frame(nodes, title)

    @property
    def frame_number(self) -> int | None:
        """The frame that the selection lies in."""
        return self.gestures.frame_round(self.workspace.selection)

    def rename_frame(self) -> None:
        number = self.frame_number
        if number is not None:
            before = layout_of(self.workspace.document, self.workspace.graph_name).frames[number].title
            title = self._dialogs.text("Frame", "Title of the frame", before)
            if title and title != before:
                self.gestures.rename_frame(number, title)

    def remove_frame(self) -> None:
        number = self.frame_number
        if number is not None:
            self.gestures.remove_frame(number)

    def bypass(self) -> None:
        self.gestures.toggle(self.workspace.selection, "bypass")

    def mute(self) -> None:
        self.gestures.toggle(self.workspace.selection, "mute")

    def tidy(self) -> None:
        """Lay out the selection, or all of the graph."""
        self.canvas.tidy(list(self.workspace.selection) or None)

    def fit(self) -> None:
        self.canvas.fit()

    def zoom_to(self) -> None:
        self.canvas.zoom_to(list(self.workspace.selection))

    def save_picture(self) -> None:
        """The graph as a picture for a page: the name's ending says which kind."""
        folder = self.workspace.path.parent if self.workspace.path else FilePath.home()
        suggestion = str(folder / f"{self.workspace.graph_name}.svg")
        chosen = self._dialogs.save_path("Save a picture of the graph", suggestion, PICTURES)
        if not chosen:
            return
        path = FilePath(chosen)
        try:
            self._write_picture(path)
        except OSError as error:
            self._dialogs.tell("Not saved", f"“{path}” cannot be written: {error}. Choose another folder.")
        else:
            self.workspace.said.emit(f"Picture saved as {path}")

    def _write_picture(self, path: FilePath) -> None:
        if path.suffix.lower() == ".svg":
            self.canvas.export_svg(path, theme=LIGHT)
        elif path.suffix.lower() == ".pdf":
            self.canvas.export_pdf(path, theme=LIGHT)
        elif not self.canvas.image(theme=LIGHT).save(str(path)):
            raise OSError("its name must end in .svg, .pdf or .png, and its folder must be one that you may write to")


def _under_the_cursor(position: Position | None) -> Position | None:
    """Where a node goes so that the cursor that let it go is in the middle of its title."""
    return (position[0] - TYPICAL[0] / 2, position[1] - TITLE / 2) if position is not None else None


def _at_its_port(position: Position | None, into: bool) -> Position | None:
    """Where a node goes so that the port that is wired lies where the wire was let go."""
    if position is None:
        return None
    return position[0] - (TYPICAL[0] if into else 0.0), position[1] - PORT_HEIGHT


def _pair(position: object) -> Position | None:
    if isinstance(position, QPointF | QPoint):
        return float(position.x()), float(position.y())
    if isinstance(position, tuple):
        return float(position[0]), float(position[1])
    return None

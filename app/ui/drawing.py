"""Commands that arrange and rewire what is selected, and bookmarks of places in the document's graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from app.ui.gestures import Gestures, Position
from app.ui.workspace import Step, Workspace

if TYPE_CHECKING:
    from app.ui.canvas.arranging import Side
    from app.ui.canvas.canvas import Canvas

Ask = Callable[[Position, str, Callable[[str], object]], None]


class Drawing:
    """What can be done with the selection beyond one gesture."""

    def __init__(self, workspace: Workspace, gestures: Gestures, canvas: Canvas, ask_what: Ask) -> None:
        self._workspace, self._gestures, self._canvas, self._ask_what = workspace, gestures, canvas, ask_what
        self._bookmarks: dict[int, tuple[tuple[Step, ...], QPointF, float]] = {}
        workspace.opened.connect(self._bookmarks.clear)

    def align(self, side: Side) -> None:
        """Line the selected nodes up."""
        self._canvas.align(self._workspace.selection, side)

    def distribute(self, *, across: bool) -> None:
        """Equal gaps between the selected nodes."""
        self._canvas.distribute(self._workspace.selection, across=across)

    def join(self) -> None:
        """Wire the selected nodes in a row, from left to right."""
        self._gestures.join(self._canvas.in_a_row(self._workspace.selection))

    def swap_inputs(self) -> None:
        """The first two wires into the selected node change places."""
        if self._workspace.selected_node is not None:
            self._gestures.swap_inputs(self._workspace.selected_node.id)

    def replace(self) -> None:
        """Ask what the selected node shall be instead."""
        node = self._workspace.selected_node
        if node is None:
            return
        place = self._canvas.position_of(node.id) or self._canvas.centre
        self._ask_what(place, f"Replace {node.name} by", lambda payload: self._gestures.become(payload, node.id))

    # -- bookmarks ------------------------------------------------------------------------------------------------

    def bookmark(self, number: int) -> None:
        """Remember where one looks under a number."""
        middle = QPointF(*self._canvas.centre)
        self._bookmarks[number] = (self._workspace.crumbs, middle, self._canvas.zoom)
        self._workspace.said.emit(f"Bookmark {number} is here: {self._workspace.graph_name}")

    def go_to_bookmark(self, number: int) -> None:
        """Look again where one looked."""
        known = self._bookmarks.get(number)
        if known is None:
            self._workspace.said.emit(f"There is no bookmark {number} yet. Set it where you want to come back to.")
            return
        crumbs, middle, zoom = known
        self._go(crumbs)
        self._canvas.look_at(middle, zoom)

    def _go(self, crumbs: tuple[Step, ...]) -> None:
        if self._workspace.crumbs == crumbs:
            return
        self._workspace.show_graph(crumbs[0].graph)
        for step in crumbs[1:]:
            self._workspace.enter(step.node)

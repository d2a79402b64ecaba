"""NodeGraphQt's controller with its own model, undo and drops left aside: every slot that would change something only
passes the gesture on.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from app.ui.canvas.nodegraph import NodeGraph
from app.ui.canvas.viewer import Viewer


class Graph(NodeGraph):
    """Turns the viewer's signals into gestures on ids and views."""

    cards_moved = Signal(object)
    wires_cut = Signal(object)
    card_entered = Signal(str)

    def __init__(self, viewer: Viewer, parent: QObject | None = None) -> None:
        super().__init__(parent, viewer=viewer)

    def _on_nodes_moved(self, node_data: dict[Any, Any]) -> None:
        self.cards_moved.emit(node_data)

    def _on_connection_sliced(self, ports: list[Any]) -> None:
        self.wires_cut.emit(ports)

    def _on_node_double_clicked(self, node_id: str) -> None:
        self.card_entered.emit(node_id or "")

    def _on_connection_changed(self, disconnected: list[Any], connected: list[Any]) -> None:
        """The viewer reports dropped wires itself."""

    def _on_insert_node(self, pipe: Any, node_id: str, prev_node_pos: dict[Any, Any]) -> None:
        """The viewer marks the wire under a node itself."""

    def _on_node_name_changed(self, node_id: str, name: str) -> None:
        """Names are edited in the canvas's own field."""

    def _on_search_triggered(self, node_type: str, pos: tuple[float, float]) -> None:
        """The window has the search."""

    def _on_node_data_dropped(self, mimedata: Any, pos: Any) -> None:
        """The viewer takes drops itself."""

    def _on_node_backdrop_updated(self, node_id: str, update_property: str, value: Any) -> None:
        """Frames go round their nodes."""

    def _on_node_selected(self, node_id: str) -> None:
        """The scene's own signal is listened to."""

    def _on_node_selection_changed(self, sel_ids: list[str], desel_ids: list[str]) -> None:
        """The scene's own signal is listened to."""

    def _on_context_menu_prompt(self, menu_name: str, node_id: str) -> None:
        """The window has the menu."""

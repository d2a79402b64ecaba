"""An input or output of a graph: its name in one line, and folded under it what it is for and what it may be."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import structure
from app.core.block import Argument
from app.core.document import Graph, GraphPort, Value
from app.core.structure import Side
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Edit, attempt
from app.ui.panels.sections import wanted_by
from app.ui.panels.values import shape_text
from app.ui.workspace import Workspace

NAME = Argument(kind="str", help="As in the code; wires and formulas follow it.")
HELP = Argument(kind="str", label="Help", help="One line that says what flows here.")
OPTIONAL = Argument(kind="bool", label="Optional", help="Whoever uses the graph may leave it unwired.")
MODULE = Argument(kind="bool", label="A module", help="It takes a model or graph itself, which nodes inside call.")


class PortForm(QWidget):
    rearranged = Signal()

    def __init__(self, workspace: Workspace, graph: str, side: Side, port: GraphPort, folds: set[str]) -> None:
        super().__init__()
        self.workspace, self.graph, self.side, self.name = workspace, graph, side, port.name
        self._folds, self._key = folds, f"{side} {graph}/{port.name}"
        self.details: dict[str, FieldRow] = {}
        self._details: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.row = FieldRow("name", NAME, plain=True)
        self.row.editor.setAccessibleName(f"Name of {'an input' if side == 'inputs' else 'an output'}")
        self.row.committed.connect(self._rename)
        self.row.add_tool("⋯", f"What {port.name} is", self.fold)
        self.row.add_tool("✕", f"Remove {port.name}", self._remove)
        self._column.addWidget(self.row)
        if self._key in folds:
            self._unfold()
        if wanted_by(folds, self._key):
            QTimer.singleShot(0, self, self.row.focus)

    def fold(self) -> None:
        """Show what it is for, or fold it away again."""
        if self._details is not None and not self._details.isHidden():
            self._details.hide()
            self._folds.discard(self._key)
            return
        self._unfold()
        self.rearranged.emit()
        self.details["help"].focus()

    def _unfold(self) -> None:
        self._folds.add(self._key)
        if self._details is None:
            self._details = QWidget()
            column = QVBoxLayout(self._details)
            column.setContentsMargins(12, 0, 0, 6)
            column.setSpacing(6)
            kinds = {"help": HELP, "optional": OPTIONAL, "module": MODULE}
            for name in kinds if self.side == "inputs" else ("help",):
                row = self.details[name] = FieldRow(name, kinds[name], plain=True)
                row.committed.connect(self._set)
                column.addWidget(row)
            self.details["help"].add_tool("↑", f"Move {self.name} up", self._up)
            self._column.addWidget(self._details)
        self._details.show()
        self.refresh()

    @property
    def port(self) -> GraphPort | None:
        graph = self.workspace.document.graphs.get(self.graph)
        return next((port for port in _ports(graph, self.side) if port.name == self.name), None)

    def refresh(self) -> None:
        port = self.port
        if port is None:
            return
        self.row.set_value(port.name)
        result = self.workspace.result
        wires = getattr(result, self.side) if result is not None and result.graph.name == self.graph else {}
        self.row.label.setText(shape_text(wires.get(port.name)))
        for name, row in self.details.items():
            row.set_value(getattr(port, name))

    # -- edits ----------------------------------------------------------------------------------------------------

    def _do(self, edit: Edit, row: FieldRow | None = None, held: Value = None) -> bool:
        return attempt(self.workspace, edit, row, held)

    def _rename(self, _: str, value: Value) -> None:
        new = str(value).strip()
        key = f"{self.side} {self.graph}/{new}"
        if self._key in self._folds:
            self._folds.add(key)
        self._do(lambda d: structure.rename_port(d, self.graph, self.side, self.name, new), self.row, self.name)

    def _set(self, name: str, value: Value) -> None:
        port = self.port
        if port is not None:
            made = replace(port, **{name: value})
            self._do(lambda d: structure.set_port(d, self.graph, self.side, self.name, made), self.details[name])

    def _up(self) -> None:
        names = [port.name for port in _ports(self.workspace.document.graphs.get(self.graph), self.side)]
        at = names.index(self.name) if self.name in names else 0
        if at:
            names[at - 1], names[at] = names[at], names[at - 1]
            self._do(lambda d: structure.order_ports(d, self.graph, self.side, names))

    def _remove(self) -> None:
        self._do(lambda d: structure.remove_port(d, self.graph, self.side, self.name), self.row, self.name)


def _ports(graph: Graph | None, side: Side) -> tuple[GraphPort, ...]:
    return () if graph is None else graph.inputs if side == "inputs" else graph.outputs

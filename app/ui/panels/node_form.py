"""The properties of one node: its name, its arguments, how it is used, and what flows through it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.core import edits
from app.core.block import Argument
from app.core.changes import Changed
from app.core.document import Document, Kind, Node, Value
from app.core.elaborate import NodeResult
from app.core.formula import is_formula
from app.ui.dialogs import Dialogs
from app.ui.offers import title
from app.ui.panels.fields import FieldRow
from app.ui.panels.values import as_argument, resolved, shape_text, short, short_bytes, shown
from app.ui.style import clear, label
from app.ui.workspace import Workspace, graph_of

NAME = Argument(kind="str", label="Name", help="The attribute in the generated code.")
REPEAT = Argument(kind="int", low=0, optional=True, label="Repeat", help="Copies in series, each with its own weights.")
ENABLED = Argument(kind="str", optional=True, label="Enabled", help="A formula; where it is false, the input passes.")
SHOWN_COPIES = 8


def arguments_of(node: Node, workspace: Workspace) -> tuple[dict[str, Argument], dict[str, Value]]:
    """What the node takes and its defaults: from its block, or from its graph's declared arguments."""
    if node.use.kind is Kind.BLOCK:
        block = workspace.library.find(node.use.name)
        return (block.arguments(), block.defaults()) if block is not None else ({}, {})
    graph = workspace.document.graphs.get(graph_of(workspace.document, node))
    if graph is None or node.use.kind is Kind.MODEL:
        return {}, {}
    return {a.name: as_argument(a) for a in graph.arguments}, {a.name: a.default for a in graph.arguments}


def form_key(node: Node, workspace: Workspace) -> tuple[object, ...]:
    """What a form is made for: while this stays the same, its values are updated in place."""
    takes, _ = arguments_of(node, workspace)
    return (workspace.graph_name, node.id, node.use, tuple(takes.items()), tuple(sorted(node.arguments)))


class NodeForm(QWidget):
    """Made for one node; ``refresh`` brings its values up to date."""

    def __init__(self, node: Node, workspace: Workspace, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self.graph, self.node_id = workspace.graph_name, node.id
        self.rows: dict[str, FieldRow] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        self._head(layout, node)
        self._arguments(layout, node)
        self._use(layout, node)
        self._flow(layout)
        layout.addStretch()
        self.refresh()

    # -- parts ----------------------------------------------------------------------------------------------------

    def _head(self, layout: QVBoxLayout, node: Node) -> None:
        workspace = self.workspace
        layout.addWidget(label(node.use.name, "title"))
        block = workspace.library.find(node.use.name) if node.use.kind is Kind.BLOCK else None
        graph = workspace.document.graphs.get(graph_of(workspace.document, node))
        if block is not None:
            kind = title(workspace.library.family(node.use.name))
            summary = block.summary()
        elif graph is not None:
            kind = "Model" if node.use.kind is Kind.MODEL else "Graph of this document"
            summary = graph.summary
        else:
            kind, summary = (
                "Missing",
                f"There is no {node.use.kind.value} “{node.use.name}” here; it is kept as it was.",
            )
        layout.addWidget(label(kind, "muted"))
        if summary:
            layout.addWidget(label(summary, wrap=True))
        if graph is not None:
            enter = QPushButton(f"Open {graph.name}")
            enter.clicked.connect(lambda: workspace.enter(self.node_id))
            layout.addWidget(enter)
        self.name = self._row(layout, "name", NAME, None, self._rename)
        self.name.set_plain()

    def _arguments(self, layout: QVBoxLayout, node: Node) -> None:
        takes, defaults = arguments_of(node, self.workspace)
        strangers = [name for name in node.arguments if name not in takes]
        if takes or strangers:
            layout.addWidget(label("Arguments", "section"))
        for name, argument in takes.items():
            browse = self._browse if argument.kind == "path" else None
            self.rows[name] = self._row(layout, name, argument, defaults.get(name), self._set_argument, browse)
        for name in strangers:
            told = "Not an argument of this block in this version; it is kept as it was."
            self.rows[name] = self._row(layout, name, Argument(kind="str", help=told), None, self._set_argument)

    def _use(self, layout: QVBoxLayout, node: Node) -> None:
        layout.addWidget(label("Use", "section"))
        self.repeat = self._row(layout, "repeat", REPEAT, None, self._set_repeat)
        self.enabled = self._row(layout, "enabled", ENABLED, None, self._set_enabled)
        self.bypass, self.mute = QCheckBox("Bypass"), QCheckBox("Mute")
        self.bypass.setToolTip("What enters passes through unchanged.")
        self.mute.setToolTip("Leave it out, and everything that needs it alone.")
        self.bypass.clicked.connect(lambda: self._switch(edits.set_bypass, self.bypass))
        self.mute.clicked.connect(lambda: self._switch(edits.set_mute, self.mute))
        switches = QHBoxLayout()
        for switch in (self.bypass, self.mute):
            switches.addWidget(switch)
        switches.addStretch()
        layout.addLayout(switches)
        self.note = NoteEdit(self._set_note)
        layout.addWidget(self.note)

    def _flow(self, layout: QVBoxLayout) -> None:
        self.flow_heading = label("Shapes", "section")
        layout.addWidget(self.flow_heading)
        self.flow = QGridLayout()
        self.flow.setColumnStretch(1, 1)
        self.flow.setHorizontalSpacing(10)
        self.flow.setVerticalSpacing(3)
        layout.addLayout(self.flow)
        self._flow_shown: list[tuple[str, str]] = []

    def _row(
        self,
        layout: QVBoxLayout,
        name: str,
        argument: Argument,
        default: Value,
        commit: Callable[[str, Value], None],
        browse: Callable[[str], str] | None = None,
    ) -> FieldRow:
        row = FieldRow(name, argument, default=default, browse=browse)
        row.committed.connect(commit)
        layout.addWidget(row)
        return row

    # -- showing --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the node as it is now."""
        graph = self.workspace.document.graphs.get(self.graph)
        node = graph.nodes.get(self.node_id) if graph is not None else None
        if node is None:
            return
        result = self.workspace.node_result(self.node_id)
        self.name.set_value(node.name)
        _, defaults = arguments_of(node, self.workspace)
        for name, row in self.rows.items():
            value = node.arguments.get(name, defaults.get(name))
            row.set_value(value)
            row.set_resolved(self._resolved(name, value, result))
        self.repeat.set_value(node.repeat.count if node.repeat is not None else None)
        self.repeat.set_resolved(resolved(node.repeat.count, self._names()) if node.repeat is not None else "")
        self.enabled.set_value(node.enabled)
        self.enabled.set_resolved(resolved(node.enabled and f"={node.enabled.lstrip('=')}", self._names()))
        self.bypass.setChecked(node.bypass)
        self.mute.setChecked(node.mute)
        self.note.show_text(node.note)
        self._show_problems()
        self._show_flow(node, result)

    def _names(self) -> dict[str, Value]:
        result = self.workspace.result
        return {} if result is None else {**result.arguments, **result.inputs}

    def _resolved(self, name: str, value: Value, result: NodeResult | None) -> str:
        """What a formula comes to, for each copy where they differ."""
        if not is_formula(value):
            return ""
        units = result.units if result is not None else ()
        values = [unit.arguments[name] for unit in units if name in unit.arguments]
        if not values:
            return resolved(value, {**self._names(), "i": 0})
        if all(other == values[0] for other in values):
            return f"= {shown(values[0])}"
        more = ", …" if len(values) > SHOWN_COPIES else ""
        return "= " + ", ".join(shown(other) for other in values[:SHOWN_COPIES]) + more + "  (one for each copy)"

    def _show_problems(self) -> None:
        for row in (*self.rows.values(), self.repeat, self.enabled, self.name):
            row.set_problem("")
        for problem in self.workspace.problems:
            if (problem.path.graph, problem.path.node) == (self.graph, self.node_id):
                found = {**self.rows, "repeat": self.repeat, "enabled": self.enabled}.get(problem.path.part)
                if found is not None:
                    found.set_problem(problem.message)

    def _show_flow(self, node: Node, result: NodeResult | None) -> None:
        lines = flow_lines(result) if result is not None else []
        if lines == self._flow_shown:
            return
        self._flow_shown = lines
        clear(self.flow)
        for row, (name, text) in enumerate(lines):
            value = label(text, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.flow.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self.flow.addWidget(value, row, 1)
        self.flow_heading.setVisible(bool(lines))

    # -- edits ----------------------------------------------------------------------------------------------------

    def _do(self, edit: Callable[[Document], Changed], merge_key: str | None = None) -> bool:
        return self.workspace.do(edit, merge_key=merge_key) is not None

    def _rename(self, _: str, value: Value) -> None:
        if not self._do(lambda document: edits.rename_node(document, self.graph, self.node_id, str(value))):
            self.refresh()

    def _set_argument(self, name: str, value: Value) -> None:
        row = self.rows[name]
        key = f"{self.graph}/{self.node_id}.{name}"
        if value == row.default and type(value) is type(row.default):
            self._do(lambda document: edits.reset_argument(document, self.graph, self.node_id, name), key)
        else:
            self._do(lambda document: edits.set_argument(document, self.graph, self.node_id, name, value), key)

    def _set_repeat(self, _: str, value: Value) -> None:
        self._do(lambda document: edits.set_repeat(document, self.graph, self.node_id, value))

    def _set_enabled(self, _: str, value: Value) -> None:
        if not self._do(lambda d: edits.set_enabled(d, self.graph, self.node_id, str(value or "") or None)):
            self.refresh()

    def _switch(self, switch: Callable[[Document, str, str, bool], Changed], box: QCheckBox) -> None:
        self._do(lambda document: switch(document, self.graph, self.node_id, box.isChecked()))

    def _set_note(self, text: str) -> None:
        self._do(lambda document: edits.set_note(document, self.graph, self.node_id, text))

    def _browse(self, value: str) -> str:
        return self._dialogs.folder("Choose a folder", value) or ""


def flow_lines(result: NodeResult) -> list[tuple[str, str]]:
    """What enters, leaves and is held, as pairs of words."""
    lines = [(name, _types(wire)) for name, wire in result.inputs.items()]
    lines += [(f"→ {name}", shape_text(wire)) for name, wire in result.outputs.items()]
    totals = result.totals
    if totals.parameters:
        lines.append(("Parameters", f"{totals.parameters:,}"))
    if totals.buffers:
        lines.append(("Buffers", f"{totals.buffers:,}"))
    if totals.macs:
        lines.append(("MACs", short(totals.macs)))
    if totals.activation_bytes:
        lines.append(("Activations", short_bytes(totals.activation_bytes)))
    return lines


def _types(wire: object) -> str:
    return ", ".join(shape_text(part) for part in wire) if isinstance(wire, tuple) else shape_text(wire)


class NoteEdit(QPlainTextEdit):
    """A note on the node, kept when the field is left."""

    def __init__(self, commit: Callable[[str], None]) -> None:
        super().__init__()
        self._commit, self._text = commit, ""
        self.setPlaceholderText("Note")
        self.setAccessibleName("Note")
        self.setTabChangesFocus(True)
        self.setFixedHeight(52)

    def show_text(self, text: str) -> None:
        if text != self._text or not self.hasFocus():
            self._text = text
            if self.toPlainText() != text:
                self.setPlainText(text)

    def focusOutEvent(self, event: object) -> None:  # noqa: N802
        super().focusOutEvent(event)  # type: ignore[arg-type]
        if self.toPlainText() != self._text:
            self._text = self.toPlainText()
            self._commit(self._text)

"""The properties of one node: its name, its arguments, how it is used, and what flows through it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import edits
from app.core.block import Argument
from app.core.changes import Changed
from app.core.code_blocks import CodeBlock
from app.core.document import Document, Kind, Node, Value
from app.core.elaborate import NodeResult
from app.core.formula import is_formula
from app.ui.dialogs import Dialogs
from app.ui.offers import title
from app.ui.panels.behaviour import Behaviours
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Place, taken
from app.ui.panels.sections import Part, order_tabs
from app.ui.panels.text import TextField
from app.ui.panels.values import resolved, shape_text, short, short_bytes, shown
from app.ui.style import clear, label, set_role
from app.ui.unfinished import is_unfinished
from app.ui.workspace import Workspace, graph_of

NAME = Argument(kind="str", label="Name", help="The attribute in the generated code.")
SHOWN_COPIES = 8


def arguments_of(node: Node, workspace: Workspace) -> tuple[dict[str, Argument], dict[str, Value]]:
    """What the node takes and its defaults."""
    return taken(node.use, workspace)


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
        self.place = Place(workspace, self.graph, self.node_id)
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
        order_tabs(self)
        self.behaviours.arranged.connect(lambda: order_tabs(self))

    # -- parts ----------------------------------------------------------------------------------------------------

    def _head(self, layout: QVBoxLayout, node: Node) -> None:
        workspace = self.workspace
        layout.addWidget(label(node.use.name, "title"))
        block = workspace.library.find(node.use.name) if node.use.kind is Kind.BLOCK else None
        graph = workspace.document.graphs.get(graph_of(workspace.document, node))
        if block is not None:
            is_python = node.use.name in workspace.document.codes
            kind = "Python of this document" if is_python else title(workspace.library.family(node.use.name))
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
        if block is not None and node.use.name in workspace.document.codes:
            edit = QPushButton("Show and edit Python…")
            edit.clicked.connect(lambda: workspace.code_wanted.emit(node.use.name))
            layout.addWidget(edit)
        self.name = self._row(layout, "name", NAME, None, self._rename)
        self.name.set_plain()
        self.problem = label("", "error", wrap=True)
        layout.addWidget(self.problem)

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
        self.bypass, self.mute = QCheckBox("Bypass"), QCheckBox("Mute")
        self.bypass.setToolTip("What enters passes through unchanged.")
        self.mute.setToolTip("Leave it out, and everything that needs it alone.")
        self.bypass.clicked.connect(lambda: self._switch(edits.set_bypass, self.bypass))
        self.mute.clicked.connect(lambda: self._switch(edits.set_mute, self.mute))
        switches = QWidget()
        row = QHBoxLayout(switches)
        row.setContentsMargins(0, 0, 0, 0)
        for switch in (self.bypass, self.mute):
            row.addWidget(switch)
        row.addStretch()
        self.behaviours = Behaviours(self.place, switches)
        layout.addWidget(self.behaviours)
        self.note = TextField("Note", "Note", self._set_note, 52)
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
        self.behaviours.refresh(result)
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
        """Each sentence stands where it is about; what is about no field stands under the name."""
        fields: dict[str, FieldRow | Part] = {
            "name": self.name,
            **self.behaviours.problem_fields(),
            **self.rows,
        }
        said: dict[int, tuple[FieldRow | Part, str]] = {id(field): (field, "") for field in fields.values()}
        rest: list[str] = []
        wrong = False
        for problem in self.workspace.problems:
            if (problem.path.graph, problem.path.node) == (self.graph, self.node_id):
                field = fields.get(problem.path.part)
                if field is None:
                    rest.append(problem.message)
                    wrong = wrong or not is_unfinished(problem, self.workspace.document)
                else:
                    said[id(field)] = (field, problem.message)
        for field, sentence in said.values():
            if isinstance(field, FieldRow):
                field.set_problem(sentence)
            elif sentence:
                field.say(sentence)
        set_role(self.problem, "error" if wrong else "muted")
        self.problem.setText("\n".join(rest))
        self.problem.setVisible(bool(rest))

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

    def _rename(self, _: str, value: Value) -> None:
        node = self.place.node
        self.place.do(edits.rename_node, str(value), row=self.name, held=node.name if node is not None else "")

    def _set_argument(self, name: str, value: Value) -> None:
        """A module that several nodes call has its arguments once: they are set for all of them."""
        row, node = self.rows[name], self.place.node
        key = f"{self.graph}/{self.node_id}.{name}"
        held = node.arguments.get(name, row.default) if node is not None else None
        if value == row.default and type(value) is type(row.default):
            self.place.do(edits.reset_argument, name, merge_key=key)
        else:
            self.place.do(edits.set_argument, name, value, row=row, held=held, merge_key=key)

    def _do(self, edit: Callable[[Document], Changed]) -> bool:
        return self.workspace.do(edit) is not None

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
    elif isinstance(result.block, CodeBlock):
        lines.append(("MACs", "not counted"))
    if totals.activation_bytes:
        lines.append(("Activations", short_bytes(totals.activation_bytes)))
    return lines


def _types(wire: object) -> str:
    return ", ".join(shape_text(part) for part in wire) if isinstance(wire, tuple) else shape_text(wire)

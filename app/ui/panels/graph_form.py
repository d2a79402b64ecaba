"""The properties of a graph, and of the document: name, arguments, inputs and outputs, models."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import structure
from app.core.block import Argument
from app.core.changes import Changed, fresh
from app.core.document import Argument as Declared
from app.core.document import Document, Graph, GraphPort, InputType, Model, Value
from app.core.models import set_model
from app.core.settings import set_about
from app.core.structure import Side
from app.ui.dialogs import Dialogs
from app.ui.panels.fields import FieldRow
from app.ui.panels.values import as_argument, short, short_bytes, shown
from app.ui.style import label
from app.ui.workspace import Workspace

NAME = Argument(kind="str", label="Name", help="The class in the generated code.")
SUMMARY = Argument(kind="str", label="Summary", help="One line; it becomes the class’s docstring.")
TITLE = Argument(kind="str", label="Title", help="What the document is called.")


SHAPE = Argument(
    kind="str",
    help="Sizes with × between: numbers, formulas over the document’s arguments (=size), or B, T for unknown.",
)
DTYPE = Argument(kind="choice", choices=("float32", "int64", "bool"), label="", help="What kind of numbers they are.")


def read_size(text: str) -> Value:
    """A size as a person types it: a number, a formula that starts with “=”, or the letter of an unknown one."""
    typed = text.strip()
    return int(typed) if typed.isdigit() else typed


def graph_key(workspace: Workspace) -> tuple[object, ...]:
    """What the form is made for."""
    graph, document = workspace.graph, workspace.document
    if graph is None:
        return (document.arguments,)
    arguments = tuple((a.name, a.kind, a.choices, a.columns) for a in (*graph.arguments, *document.arguments))
    ports = (tuple(p.name for p in graph.inputs), tuple(p.name for p in graph.outputs))
    models = tuple((model.name, model.graph, tuple(model.inputs)) for model in document.models.values())
    return graph.name, arguments, len(graph.arguments), ports, models


class GraphForm(QWidget):
    """The graph on the canvas, and under it the document."""

    def __init__(self, workspace: Workspace, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self.graph = workspace.graph_name
        self.defaults: dict[str, FieldRow] = {}
        self.document_arguments: dict[str, FieldRow] = {}
        self.inputs: dict[tuple[str, str], tuple[FieldRow, FieldRow]] = {}
        self.name: FieldRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(8)
        graph = workspace.graph
        if graph is not None:
            self._graph(graph)
        self._document()
        self._column.addStretch()
        self.refresh()

    # -- the graph ------------------------------------------------------------------------------------------------

    def _graph(self, graph: Graph) -> None:
        self._column.addWidget(label("Graph", "title"))
        self.totals = label(role="muted", wrap=True)
        self._column.addWidget(self.totals)
        self.name = self._row("name", NAME, self._rename)
        self.summary = self._row("summary", SUMMARY, self._set_summary)
        for row in (self.name, self.summary):
            row.set_plain()
        self._heading("Arguments", "Add an argument", self._add_argument)
        if not graph.arguments:
            self._column.addWidget(label("None. An argument makes a size that its users choose.", "muted", wrap=True))
        for declared in graph.arguments:
            row = self._row(declared.name, as_argument(declared), partial(self._set_default, graph.name))
            row.set_plain()
            self.defaults[declared.name] = row
            self._tools(row, declared.name, partial(self._rename_argument, graph.name),
                        partial(self._remove_argument, graph.name))  # fmt: skip
        for side, heading, one in (("inputs", "Inputs", "an input"), ("outputs", "Outputs", "an output")):
            self._ports(side, heading, one, getattr(graph, side))  # type: ignore[arg-type]

    def _ports(self, side: Side, heading: str, one: str, ports: Sequence[GraphPort]) -> None:
        self._heading(heading, f"Add {one}", lambda: self._add_port(side))
        for port in ports:
            row = QHBoxLayout()
            row.setSpacing(4)
            line = QLineEdit(port.name)
            line.setAccessibleName(f"Name of {one}")
            line.editingFinished.connect(lambda line=line, port=port: self._rename_port(side, port.name, line))
            remove = self._remove_button(port.name, lambda _=False, port=port: self._remove_port(side, port.name))
            row.addWidget(line, 1)
            row.addWidget(remove)
            self._column.addLayout(row)

    # -- the document ---------------------------------------------------------------------------------------------

    def _document(self) -> None:
        document = self.workspace.document
        self._column.addSpacing(8)
        self._column.addWidget(label("Document", "title"))
        self.title = self._row("title", TITLE, self._set_title)
        self.title.set_plain()
        if document.credit.title:
            year = f", {document.credit.year}" if document.credit.year else ""
            self._column.addWidget(
                label(f"{document.credit.authors}{year}: {document.credit.title}", "muted", wrap=True)
            )
        self._heading("Document arguments", "Add an argument", self._add_document_argument)
        for declared in document.arguments:
            row = self._row(declared.name, as_argument(declared), self._set_document_argument)
            row.set_plain()
            self.document_arguments[declared.name] = row
            self._tools(row, declared.name, partial(self._rename_argument, None), partial(self._remove_argument, None))
        self._heading("Models", "Add a model of this graph", self._add_model)
        for model in document.models.values():
            button = QPushButton(f"{model.name}: {model.graph}")
            button.setToolTip("Go to the model’s graph")
            button.clicked.connect(lambda _=False, model=model: self.workspace.show_graph(model.graph))
            self._column.addWidget(button)
            for name in model.inputs:
                self._input(model.name, name)

    def _input(self, model: str, name: str) -> None:
        """A model input's type: sizes, each a number, a formula or an unknown such as B; and the kind of numbers."""
        shape = self._row(name, SHAPE, partial(self._set_shape, model))
        shape.set_plain()
        kind = self._row(name, DTYPE, partial(self._set_dtype, model))
        kind.set_plain()
        self.inputs[(model, name)] = (shape, kind)

    # -- pieces ---------------------------------------------------------------------------------------------------

    def _heading(self, text: str, tip: str, add: Callable[[], None]) -> None:
        row = QHBoxLayout()
        row.addWidget(label(text, "section"))
        row.addStretch()
        button = QToolButton(text="+", toolTip=tip, objectName="quiet")
        button.setAccessibleName(tip)
        button.clicked.connect(lambda _=False: add())
        row.addWidget(button)
        self._column.addLayout(row)

    def _row(self, name: str, argument: Argument, commit: Callable[[str, Value], None]) -> FieldRow:
        row = FieldRow(name, argument)
        row.committed.connect(commit)
        self._column.addWidget(row)
        return row

    def _tools(self, row: FieldRow, name: str, rename: Callable[[str], None], remove: Callable[[str], None]) -> None:
        row.add_tool("✎", f"Rename {name}", lambda: rename(name))
        row.add_tool("✕", f"Remove {name}", lambda: remove(name))

    def _remove_button(self, name: str, remove: Callable[..., None]) -> QToolButton:
        button = QToolButton(text="✕", toolTip=f"Remove {name}", objectName="quiet")
        button.setAccessibleName(f"Remove {name}")
        button.clicked.connect(remove)
        return button

    # -- showing --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        document, graph = self.workspace.document, self.workspace.graph
        if graph is not None and self.name is not None:
            self.name.set_value(graph.name)
            self.summary.set_value(graph.summary)
            self.totals.setText(self._totals())
            for declared in graph.arguments:
                row = self.defaults.get(declared.name)
                if row is not None:
                    row.set_value(declared.default)
                    row.set_resolved(self._given(declared))
        self.title.set_value(document.title)
        for (model, port), (shape, kind) in self.inputs.items():
            held = document.models[model].inputs.get(port) if model in document.models else None
            if held is not None:
                shape.set_value(" × ".join(shown(size) for size in held.shape))
                kind.set_value(held.dtype)
        values = self.workspace.elaboration.values
        for declared in document.arguments:
            row = self.document_arguments.get(declared.name)
            if row is not None:
                row.set_value(declared.default)
                now = values.get(declared.name, declared.default)
                row.set_resolved(f"{shown(now)} in preset {self.workspace.preset}" if now != declared.default else "")

    def _totals(self) -> str:
        result = self.workspace.result
        if result is None:
            return "No model uses this graph yet, so its shapes are not known."
        totals = result.totals
        return (
            f"{totals.parameters:,} parameters, {short(totals.macs)} MACs and "
            f"{short_bytes(totals.activation_bytes)} of activations for one example."
        )

    def _given(self, declared: Declared) -> str:
        """What the instance on the canvas has been given."""
        result = self.workspace.result
        if result is None or declared.name not in result.arguments:
            return ""
        given = result.arguments[declared.name]
        return f"{shown(given)} in the instance shown" if given != declared.default else ""

    # -- edits ----------------------------------------------------------------------------------------------------

    def _do(self, edit: Callable[[Document], Changed]) -> bool:
        done = self.workspace.do(edit) is not None
        if not done:
            self.refresh()
        return done

    def _rename(self, _: str, value: Value) -> None:
        before = self.graph
        if self.workspace.do(lambda document: structure.rename_graph(document, before, str(value))) is None:
            self.refresh()
        else:
            self.workspace.show_graph(str(value))

    def _set_summary(self, _: str, value: Value) -> None:
        self._do(lambda document: structure.set_graph(document, self.graph, summary=str(value)))

    def _set_title(self, _: str, value: Value) -> None:
        self._do(lambda document: set_about(document, title=str(value)))

    def _set_default(self, graph: str | None, name: str, value: Value) -> None:
        document = self.workspace.document
        arguments = document.arguments if graph is None else document.graphs[graph].arguments
        declared = next(argument for argument in arguments if argument.name == name)
        self._do(lambda d: structure.set_argument_of(d, graph, name, replace(declared, default=value)))

    def _set_document_argument(self, name: str, value: Value) -> None:
        self._do(lambda document: structure.set_document_argument(document, name, value))

    def _add_argument(self) -> None:
        self._new_argument(self.graph)

    def _add_document_argument(self) -> None:
        self._new_argument(None)

    def _new_argument(self, graph: str | None) -> None:
        document = self.workspace.document
        taken = [a.name for a in (document.arguments if graph is None else document.graphs[graph].arguments)]
        name = self._dialogs.text("Add an argument", "Name", fresh("width", taken))
        if name:
            self._do(lambda d: structure.add_argument(d, graph, Declared(name=name, default=1)))

    def _rename_argument(self, graph: str | None, name: str) -> None:
        new = self._dialogs.text("Rename the argument", "Name", name)
        if new and new != name:
            self._do(lambda document: structure.rename_argument(document, graph, name, new))

    def _remove_argument(self, graph: str | None, name: str) -> None:
        self._do(lambda document: structure.remove_argument(document, graph, name))

    def _add_port(self, side: Side) -> None:
        graph = self.workspace.document.graphs[self.graph]
        wanted = "input" if side == "inputs" else "output"
        name = fresh(wanted, [port.name for port in getattr(graph, side)])
        self._do(lambda document: structure.add_port(document, self.graph, side, GraphPort(name)))

    def _rename_port(self, side: Side, name: str, line: QLineEdit) -> None:
        new = line.text().strip()
        if new != name and not self._do(lambda d: structure.rename_port(d, self.graph, side, name, new)):
            line.setText(name)

    def _remove_port(self, side: Side, name: str) -> None:
        self._do(lambda document: structure.remove_port(document, self.graph, side, name))

    def _set_shape(self, model: str, name: str, value: Value) -> None:
        sizes = tuple(read_size(part) for part in re.split(r"[×,]", str(value).strip("() ")) if part.strip())
        self._set_input(model, name, lambda held: InputType(sizes, held.dtype))

    def _set_dtype(self, model: str, name: str, value: Value) -> None:
        self._set_input(model, name, lambda held: InputType(held.shape, str(value)))

    def _set_input(self, model: str, name: str, change: Callable[[InputType], InputType]) -> None:
        inputs = self.workspace.document.models[model].inputs
        made = {**inputs, name: change(inputs[name])}
        self._do(lambda document: set_model(document, model, inputs=made))

    def _add_model(self) -> None:
        """A model of the graph on the canvas, its inputs images to begin with."""
        graph = self.workspace.graph
        if graph is None:
            return
        name = self._dialogs.text("Add a model", "Name", fresh("net", self.workspace.document.models))
        if name:
            inputs = {port.name: InputType(("B", 3, 32, 32)) for port in graph.inputs if not port.module}
            model = Model(name=name, graph=graph.name, inputs=inputs)
            self._do(lambda document: structure.add_model(document, model))

"""The properties of a graph, and of the document: names, arguments, inputs and outputs, starting values, models."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import structure
from app.core.block import Argument
from app.core.changes import Changed, fresh
from app.core.document import Argument as Declared
from app.core.document import Document, Graph, GraphPort, Model, Value
from app.core.settings import set_about
from app.core.structure import Side
from app.ui.dialogs import Dialogs
from app.ui.panels.argument_form import ArgumentForm
from app.ui.panels.fields import FieldRow
from app.ui.panels.model_form import ModelForm, first_inputs
from app.ui.panels.place import attempt
from app.ui.panels.port_form import PortForm
from app.ui.panels.sections import Fold, Heading, order_tabs, small_button, want, wanted_by
from app.ui.panels.starting_form import StartingForm
from app.ui.panels.values import short, short_bytes
from app.ui.style import label
from app.ui.workspace import Workspace

NAME = Argument(kind="str", label="Name", help="The class in the generated code.")
SUMMARY = Argument(kind="str", label="Summary", help="One line; it becomes the class’s docstring.")
TITLE = Argument(kind="str", label="Title", help="What the document is called.")
CHAIN = Argument(
    kind="bool",
    label="Plain chain",
    help="An nn.Sequential: every node takes one wire and gives one. Its nodes may have numbers for names.",
)


def graph_key(workspace: Workspace) -> tuple[object, ...]:
    """What the form is made for."""
    graph, document = workspace.graph, workspace.document
    names = tuple(argument.name for argument in document.arguments)
    models = tuple((model.name, model.graph) for model in document.models.values())
    if graph is None:
        return (names, models)
    ports = (tuple(port.name for port in graph.inputs), tuple(port.name for port in graph.outputs))
    return graph.name, tuple(argument.name for argument in graph.arguments), names, ports, models


class GraphForm(QWidget):
    """The graph on the canvas, and under it the document. ``folds`` remembers what is unfolded; ``about_wanted``: the
    page about the document is asked for, where its own words are written.
    """

    about_wanted = Signal()

    def __init__(self, workspace: Workspace, dialogs: Dialogs, folds: set[str] | None = None) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self.folds: set[str] = set() if folds is None else folds
        self.graph = workspace.graph_name
        self.arguments: dict[str, ArgumentForm] = {}
        self.document_arguments: dict[str, ArgumentForm] = {}
        self.ports: dict[tuple[Side, str], PortForm] = {}
        self.models: dict[str, ModelForm] = {}
        self.starting: StartingForm | None = None
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
        order_tabs(self)

    # -- the graph ------------------------------------------------------------------------------------------------

    def _graph(self, graph: Graph) -> None:
        self._column.addWidget(label("Graph", "title"))
        self.totals = label(role="muted", wrap=True)
        self._column.addWidget(self.totals)
        self.name = self._row("name", NAME, self._rename)
        self.summary = self._row("summary", SUMMARY, self._set_summary)
        self.chain = self._row("sequential", CHAIN, self._set_chain)
        self._heading("Arguments", "Add an argument", lambda: self._new_argument(graph.name))
        if not graph.arguments:
            self._column.addWidget(label("None. An argument makes a size that its users choose.", "muted", wrap=True))
        for declared in graph.arguments:
            self.arguments[declared.name] = self._argument(graph.name, declared)
        self._ports("inputs", "Inputs", "an input", graph.inputs)
        self._ports("outputs", "Outputs", "an output", graph.outputs)
        self.starting = StartingForm(self.workspace, graph.name, self.folds)
        self.starting.rearranged.connect(lambda: order_tabs(self))
        self._column.addWidget(self.starting)

    def _argument(self, graph: str | None, declared: Declared) -> ArgumentForm:
        form = ArgumentForm(self.workspace, graph, declared, self.folds)
        form.rearranged.connect(lambda: order_tabs(self))
        self._column.addWidget(form)
        return form

    def _ports(self, side: Side, heading: str, one: str, ports: Sequence[GraphPort]) -> None:
        self._heading(heading, f"Add {one}", lambda: self._add_port(side))
        if not ports:
            words = "None. An input takes a tensor." if side == "inputs" else "None. An output gives a tensor back."
            self._column.addWidget(label(words, "muted", wrap=True))
        for port in ports:
            form = self.ports[(side, port.name)] = PortForm(self.workspace, self.graph, side, port, self.folds)
            form.rearranged.connect(lambda: order_tabs(self))
            self._column.addWidget(form)

    # -- the document ---------------------------------------------------------------------------------------------

    def _document(self) -> None:
        document = self.workspace.document
        self._column.addSpacing(8)
        self._column.addWidget(label("Document", "title"))
        self.title = self._row("title", TITLE, self._set_title)
        self.about = QPushButton("Summary, source and lesson…")
        self.about.setToolTip("Read and write them on the page about this document")
        self.about.clicked.connect(self.about_wanted)
        row = QHBoxLayout()
        row.addWidget(self.about)
        row.addStretch()
        self._column.addLayout(row)
        self._heading("Document arguments", "Add an argument", lambda: self._new_argument(None))
        if not document.arguments:
            words = "None. One makes a size that models and training choose, and presets set."
            self._column.addWidget(label(words, "muted", wrap=True))
        for declared in document.arguments:
            self.document_arguments[declared.name] = self._argument(None, declared)
        self._heading("Models", "Add a model of this graph", self._add_model)
        if not document.models:
            words = "None yet. A model gives a graph weights, and types to its inputs: only then shapes are known."
            self._column.addWidget(label(words, "muted", wrap=True))
        for at, model in enumerate(document.models.values()):
            key = f"model {at}"
            is_first = model.graph == self.graph and all(m.graph != self.graph for m in self._before(model))
            is_open = key in self.folds or (is_first and f"not {key}" not in self.folds)
            form = ModelForm(self.workspace, self._dialogs, model, is_open=is_open)
            self.models[model.name] = form
            self._folding(form, key)
            if wanted_by(self.folds, key):
                QTimer.singleShot(0, form, form.rows["name"].focus)

    def _before(self, model: Model) -> list[Model]:
        models = list(self.workspace.document.models.values())
        return models[: models.index(model)]

    @property
    def inputs(self) -> dict[tuple[str, str], tuple[FieldRow, FieldRow]]:
        """Fields of the models' inputs that were unfolded, by model and input."""
        return {(name, port): rows for name, form in self.models.items() for port, rows in form.inputs.items()}

    def _folding(self, form: Fold, key: str) -> None:
        def turned(on: bool) -> None:
            for name, wanted in ((key, on), (f"not {key}", not on)):
                (self.folds.add if wanted else self.folds.discard)(name)
            order_tabs(self)

        form.turned.connect(turned)
        form.remade.connect(lambda: order_tabs(self))
        self._column.addWidget(form)

    # -- pieces ---------------------------------------------------------------------------------------------------

    def _heading(self, text: str, tip: str, add: Callable[[], None]) -> None:
        self._column.addWidget(Heading(text, small_button("+", tip, add, tab=True)))

    def _row(self, name: str, argument: Argument, commit: Callable[[str, Value], None]) -> FieldRow:
        row = FieldRow(name, argument, plain=True)
        row.committed.connect(commit)
        self._column.addWidget(row)
        return row

    # -- showing --------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        document, graph = self.workspace.document, self.workspace.graph
        if graph is not None and self.name is not None:
            self.name.set_value(graph.name)
            self.summary.set_value(graph.summary)
            self.chain.set_value(graph.sequential)
            self.totals.setText(self._totals())
        if self.starting is not None:
            self.starting.refresh()
        declared = (*self.arguments.values(), *self.document_arguments.values())
        for argument in declared:
            argument.refresh()
        for port in self.ports.values():
            port.refresh()
        self.title.set_value(document.title)
        for name, model in self.models.items():
            if name in document.models:
                model.refresh(document.models[name])
        self._show_problems()

    def _totals(self) -> str:
        result = self.workspace.result
        if result is None:
            return "No model uses this graph yet, so its shapes are not known."
        totals = result.totals
        return (
            f"{totals.parameters:,} parameters, {short(totals.macs)} MACs and "
            f"{short_bytes(totals.activation_bytes)} of activations for one example."
        )

    def _show_problems(self) -> None:
        """What is wrong with an argument or a port stands under it, the rest under the graph's name."""
        if self.name is None:
            return
        fields = {port.name: port.row for port in self.ports.values()}
        fields.update({argument.name: argument.row for argument in self.arguments.values()})
        said = dict.fromkeys((*fields, "initial"), "")
        rest: list[str] = []
        for problem in self.workspace.problems:
            if problem.path.graph == self.graph and not problem.path.node:
                if problem.path.part in said:
                    said[problem.path.part] = problem.message
                else:
                    rest.append(problem.message)
        if self.starting is not None:
            self.starting.say(said.pop("initial") if "initial" not in fields else "")
        for name, sentence in said.items():
            fields[name].set_problem(sentence)
        self.name.set_problem("\n".join(rest))

    # -- edits ----------------------------------------------------------------------------------------------------

    def _do(self, edit: Callable[[Document], Changed], row: FieldRow | None = None, held: Value = None) -> bool:
        return attempt(self.workspace, edit, row, held)

    def _rename(self, _: str, value: Value) -> None:
        before, new = self.graph, str(value).strip()
        if self._do(lambda document: structure.rename_graph(document, before, new), self.name, before):
            self.workspace.show_graph(new)

    def _set_summary(self, _: str, value: Value) -> None:
        self._do(lambda document: structure.set_graph(document, self.graph, summary=str(value)))

    def _set_chain(self, _: str, value: Value) -> None:
        def edit(document: Document) -> Changed:
            changed = structure.set_graph(document, self.graph, sequential=bool(value))
            return Changed(changed.document, f"make {self.graph} {'a plain chain' if value else 'a class'}")

        self._do(edit)

    def _set_title(self, _: str, value: Value) -> None:
        self._do(lambda document: set_about(document, title=str(value)))

    def _new_argument(self, graph: str | None) -> None:
        """One more argument, unfolded, its name ready to be typed."""
        document = self.workspace.document
        holder = document if graph is None else document.graphs[graph]
        taken = [argument.name for argument in holder.arguments]
        taken += [port.name for port in holder.inputs] if isinstance(holder, Graph) else []
        name = fresh("width", taken)
        want(self.folds, f"argument {graph or ''}/{name}", unfolded=True)
        self._do(lambda d: structure.add_argument(d, graph, Declared(name=name, default=1)))

    def _add_port(self, side: Side) -> None:
        graph = self.workspace.document.graphs[self.graph]
        taken = [port.name for port in getattr(graph, side)]
        taken += [argument.name for argument in graph.arguments] if side == "inputs" else []
        name = fresh("input" if side == "inputs" else "output", taken)
        want(self.folds, f"{side} {self.graph}/{name}")
        self._do(lambda document: structure.add_port(document, self.graph, side, GraphPort(name)))

    def _add_model(self) -> None:
        """A model of the graph on the canvas."""
        graph = self.workspace.graph
        if graph is None:
            return
        document = self.workspace.document
        name = fresh("net", document.models)
        want(self.folds, f"model {len(document.models)}", unfolded=True)
        model = Model(name=name, graph=graph.name, inputs=first_inputs(document, graph.name))
        self._do(lambda d: structure.add_model(d, model))

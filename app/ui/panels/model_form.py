"""The models of the document: instances of graphs that hold weights, each folded to one line."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.core.block import Argument
from app.core.changes import stored
from app.core.document import Document, InputType, Model, Value
from app.core.formula import FormulaError, is_formula, parse
from app.core.models import remove_model, rename_model, set_model
from app.ui.dialogs import Dialogs
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import attempt, refused
from app.ui.panels.sections import Fold, small_button
from app.ui.panels.values import as_argument, resolved, shown
from app.ui.style import label
from app.ui.workspace import Workspace

SHAPE = Argument(
    kind="str",
    help="Sizes with × between: numbers, formulas over the document’s arguments (=size), or B, T for unknown.",
)
DTYPES = ("float32", "int64", "bool")
DTYPE = Argument(kind="choice", choices=DTYPES, label="of kind", help="What kind of numbers they are.")
NAME = Argument(kind="str", label="Name", help="As in the code and in checkpoints.")
GRAPH = Argument(kind="choice", label="Graph", help="What it is an instance of.")
FROZEN = Argument(kind="bool", label="Frozen", help="Training never changes its weights.")
AVERAGE = Argument(
    kind="choice",
    label="Follows",
    help="The model whose weights it averages: average ← decay · average + (1 − decay) · source after each step.",
)
DECAY = Argument(
    kind="float", low=0, high=1, label="Decay", help="How much of the average stays; step and steps may be asked for."
)
WEIGHTS = Argument(kind="path", label="Starts from", help="A safetensors file whose weights it starts from.")
NOBODY = "nobody"


def read_size(text: str) -> Value:
    """A size as a person types it: a number, a formula that starts with “=”, or the letter of an unknown one."""
    typed = text.strip()
    return int(typed) if typed.isdigit() else typed


def read_shape(text: str) -> tuple[Value, ...]:
    return tuple(read_size(part) for part in re.split(r"[×,]", text.strip("() ")) if part.strip())


def why_not_shape(sizes: tuple[Value, ...], document: Document) -> str | None:
    """None for sizes that a model's input can have, else a sentence."""
    known = {argument.name for argument in document.arguments}
    if not sizes:
        return "Expected sizes with × between, such as B × 3 × 32 × 32; nothing came."
    for size in sizes:
        if isinstance(size, str) and not is_formula(size) and not size.isidentifier():
            return f"Expected a number, a letter such as B, or a formula that starts with “=”; “{size}” came."
        if is_formula(size):
            try:
                strangers = sorted(parse(size).names - known)
            except FormulaError as error:
                return str(error)
            if strangers:
                there = ", ".join(sorted(known)) or "none"
                return f"The document has no argument “{strangers[0]}”; it has {there}."
    return None


class ModelForm(Fold):
    """One model. ``inputs`` holds, by input, the fields of its sizes and of its kind of numbers."""

    def __init__(self, workspace: Workspace, dialogs: Dialogs, model: Model, *, is_open: bool) -> None:
        self.workspace, self._dialogs, self.model_name, self.graph = workspace, dialogs, model.name, model.graph
        self.rows: dict[str, FieldRow] = {}
        self.arguments: dict[str, FieldRow] = {}
        self.inputs: dict[str, tuple[FieldRow, FieldRow]] = {}
        self._model = model
        self._asked = _asks(workspace.document, model.graph)
        super().__init__(_words(model), self._body, is_open=is_open, accessible=f"Model {model.name}")
        self.line.addWidget(small_button("✕", f"Remove the model {model.name}", self._remove, tab=True))

    # -- rows -----------------------------------------------------------------------------------------------------

    def _body(self) -> QWidget:
        made = QWidget()
        self._body_column = QVBoxLayout(made)
        self._body_column.setContentsMargins(12, 0, 0, 8)
        self._body_column.setSpacing(6)
        document = self.workspace.document
        graph = document.graphs.get(self.graph)
        graphs = Argument(kind="choice", choices=tuple(document.graphs), label=GRAPH.label, help=GRAPH.help)
        self._row("name", NAME, self._rename)
        self._row("graph", graphs, self._set)
        if self.workspace.graph_name != self.graph and graph is not None:
            enter = QPushButton(f"Go to {self.graph}")
            enter.clicked.connect(lambda: self.workspace.show_graph(self.graph))
            self._body_column.addWidget(enter)
        for declared in graph.arguments if graph is not None else ():
            row = FieldRow(declared.name, as_argument(declared), default=declared.default)
            row.committed.connect(self._set_argument)
            self._body_column.addWidget(row)
            self.arguments[declared.name] = row
        if graph is not None and not graph.inputs:
            self._body_column.addWidget(label(f"{graph.name} has no inputs yet.", "muted", wrap=True))
        for port in graph.inputs if graph is not None else ():
            if not port.module:
                self._input(port.name)
        self._row("weights", WEIGHTS, self._set, browse=self._browse).set_placeholder("weights drawn anew")
        self._row("frozen", FROZEN, self._set)
        others = tuple(m.name for m in document.models.values() if m.name != self.model_name and not m.average_of)
        follows = Argument(kind="choice", choices=(NOBODY, *others), label=AVERAGE.label, help=AVERAGE.help)
        self._row("average_of", follows, self._set)
        decay = self.rows["decay"] = FieldRow("decay", DECAY, default=Model(name="-", graph="-").decay)
        decay.committed.connect(self._set)
        self._body_column.addWidget(decay)
        self._show()
        return made

    def _row(
        self,
        name: str,
        argument: Argument,
        commit: Callable[[str, Value], None],
        browse: Callable[[str], str] | None = None,
    ) -> FieldRow:
        row = self.rows[name] = FieldRow(name, argument, plain=True, browse=browse)
        row.committed.connect(commit)
        self._body_column.addWidget(row)
        return row

    def _input(self, name: str) -> None:
        """An input's type: sizes, each a number, a formula or an unknown such as B; and the kind of numbers."""
        shape, kind = FieldRow(name, SHAPE, plain=True), FieldRow(name, DTYPE, plain=True)
        shape.set_placeholder("B × 3 × 32 × 32")
        kind.editor.setAccessibleName(f"Kind of numbers of {name}")
        shape.committed.connect(self._set_shape)
        kind.committed.connect(self._set_dtype)
        self.inputs[name] = (shape, kind)
        self._body_column.addWidget(shape)
        self._body_column.addWidget(kind)

    # -- showing --------------------------------------------------------------------------------------------------

    def refresh(self, model: Model) -> None:
        self._model = model
        self.button.set_title(_words(model))
        asked = _asks(self.workspace.document, self.graph)
        if asked != self._asked:
            self._asked = asked
            self.arguments, self.inputs = {}, {}
            self.remake()
        if self.body is not None and self.is_open:
            self._show()

    def set_open(self, on: bool) -> None:
        super().set_open(on)
        if on:
            self._show()

    def _show(self) -> None:
        model, values = self._model, dict(self.workspace.elaboration.values)
        for name, row in self.rows.items():
            value = getattr(model, name)
            row.set_value(value or NOBODY if name == "average_of" else value)
        self.rows["decay"].setVisible(bool(model.average_of))
        self.rows["frozen"].setVisible(not model.average_of)
        moving = is_formula(model.decay) and "step" in str(model.decay)
        self.rows["decay"].set_resolved("" if moving else resolved(model.decay, values))
        graph = self.workspace.document.graphs.get(self.graph)
        for name, row in self.arguments.items():
            declared = graph.argument(name) if graph is not None else None
            row.default = declared.default if declared is not None else None
            value = model.arguments.get(name, row.default)
            row.set_value(value)
            row.set_resolved(resolved(value, values))
        for name, (shape, kind) in self.inputs.items():
            held = model.inputs.get(name)
            shape.set_value(" × ".join(shown(size) for size in held.shape) if held is not None else "")
            shape.set_resolved(_example(held, values))
            kind.set_value(held.dtype if held is not None else DTYPES[0])

    # -- edits ----------------------------------------------------------------------------------------------------

    def _put(self, row: FieldRow | None, held: Value, **fields: object) -> None:
        attempt(self.workspace, lambda d: set_model(d, self.model_name, **fields), row, held)

    def _rename(self, _: str, value: Value) -> None:
        new = str(value).strip()
        attempt(self.workspace, lambda d: rename_model(d, self.model_name, new), self.rows["name"], self.model_name)

    def _set(self, name: str, value: Value) -> None:
        held = getattr(self._model, name)
        made = "" if name == "average_of" and value == NOBODY else value
        if name == "graph" and value == held:
            return
        self._put(self.rows[name], (held or NOBODY) if name == "average_of" else held, **{name: made})

    def _set_argument(self, name: str, value: Value) -> None:
        row = self.arguments[name]
        given = {key: held for key, held in self._model.arguments.items() if key != name}
        if value != row.default or type(value) is not type(row.default):
            given = {**self._model.arguments, name: stored(value, name)}
        self._put(row, self._model.arguments.get(name, row.default), arguments=given)

    def _set_shape(self, name: str, value: Value) -> None:
        row, held = self.inputs[name][0], self._model.inputs.get(name)
        before = " × ".join(shown(size) for size in held.shape) if held is not None else ""
        sizes = read_shape(str(value))
        reason = why_not_shape(sizes, self.workspace.document)
        if reason is not None:
            row.refuse(reason, before)
            return
        made = InputType(sizes, held.dtype if held is not None else DTYPES[0])
        self._put(row, before, inputs={**self._model.inputs, name: made})

    def _set_dtype(self, name: str, value: Value) -> None:
        held = self._model.inputs.get(name)
        row = self.inputs[name][1]
        if held is None:
            row.refuse("Type the sizes of this input first.", DTYPES[0])
            return
        self._put(row, held.dtype, inputs={**self._model.inputs, name: InputType(held.shape, str(value))})

    def _browse(self, value: str) -> str:
        return self._dialogs.open_path("Weights to start from", value, "Weights (*.safetensors)")

    def _remove(self) -> None:
        refusal = refused(self.workspace, lambda d: remove_model(d, self.model_name))
        if refusal:
            self.set_open(True)
            self.rows["name"].refuse(refusal, self.model_name)


def _words(model: Model) -> str:
    more = f", follows {model.average_of}" if model.average_of else ", frozen" if model.frozen else ""
    return f"{model.name}: {model.graph}{more}"


def _asks(document: Document, name: str) -> tuple[object, ...]:
    """What there are fields for: what the graph takes, and its inputs."""
    graph = document.graphs.get(name)
    if graph is None:
        return ()
    arguments = tuple((argument.name, as_argument(argument)) for argument in graph.arguments)
    return arguments, tuple((port.name, port.module) for port in graph.inputs)


def _example(held: InputType | None, values: dict[str, Value]) -> str:
    """The sizes under the preset, where formulas are among them."""
    if held is None or not any(is_formula(size) for size in held.shape):
        return ""
    try:
        sizes = [parse(size).value(values) if is_formula(size) else size for size in held.shape]
    except FormulaError as error:
        return str(error)
    return "= " + "×".join(str(size) for size in sizes)


def first_inputs(document: Document, graph: str) -> dict[str, InputType]:
    """Types for a new model's inputs: images to begin with."""
    ports = document.graphs[graph].inputs
    return {port.name: InputType(("B", 3, 32, 32)) for port in ports if not port.module}

"""How a graph's parameters start: an ordered list of rules, each folded to one line; later ones win."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import starting
from app.core.block import Argument
from app.core.choices import kinds_inside, nodes_inside
from app.core.document import Initial, Value
from app.core.results import GraphResult
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Edit, attempt
from app.ui.panels.sections import Entry, Fold, Heading, MenuButton, small_button
from app.ui.panels.values import resolved, shown
from app.ui.style import clear, label
from app.ui.workspace import Workspace

NODES = Argument(
    kind="str", label="Of", help="Block kinds (every one, at any depth) or names of nodes, dotted into graphs: h.attn."
)
PARAMETER = Argument(kind="str", label="Parameter", help="weight, bias, …; empty for a node that is a parameter.")
METHOD = Argument(kind="choice", choices=tuple(starting.METHODS), label="Method", help="A function of torch.nn.init.")
MOST_ENTRIES = 60


class StartingForm(QWidget):
    rearranged = Signal()

    def __init__(self, workspace: Workspace, graph: str, folds: set[str]) -> None:
        super().__init__()
        self.workspace, self.graph, self._folds = workspace, graph, folds
        self.rules: list[RuleForm] = []
        self.add = small_button("+", "Add a rule", self._add, tab=True)
        self.empty = label(
            "As torch starts them. A rule says otherwise for a kind of block or for a node.", "muted", wrap=True
        )
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Heading("Starting values", self.add))
        column.addWidget(self.empty)
        column.addWidget(self.problem)
        column.addLayout(self._list)
        self.refresh()

    def refresh(self) -> None:
        graph = self.workspace.document.graphs.get(self.graph)
        rules = graph.initial if graph is not None else ()
        if [rule.method for rule in self.rules] != [entry.method for entry in rules]:
            self._make(rules)
        for rule, entry in zip(self.rules, rules, strict=True):
            rule.refresh(entry)
        self.empty.setVisible(not rules)

    def say(self, sentence: str) -> None:
        """Show what is wrong with the rules, or nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _make(self, rules: tuple[Initial, ...]) -> None:
        clear(self._list)
        self.rules = []
        for at, entry in enumerate(rules):
            rule = RuleForm(self.workspace, self.graph, at, entry, self._key(at) in self._folds)
            rule.turned.connect(lambda on, at=at: self._turned(at, on))
            self.rules.append(rule)
            self._list.addWidget(rule)
        self.rearranged.emit()

    def _key(self, at: int) -> str:
        return f"start {self.graph}/{at}"

    def _turned(self, at: int, on: bool) -> None:
        (self._folds.add if on else self._folds.discard)(self._key(at))
        self.rearranged.emit()

    def _add(self) -> None:
        """A rule for the first kind of block in here that has none yet."""
        graph = self.workspace.document.graphs.get(self.graph)
        if graph is None:
            return
        kinds = kinds_inside(self._result) if self._result is not None else {}
        spoken = {name for entry in graph.initial for name in entry.nodes}
        kind = next((kind for kind in kinds if kind not in spoken), next(iter(kinds), "Linear"))
        parameter = next(iter(kinds.get(kind, ())), "weight")
        self._folds.add(self._key(len(graph.initial)))
        made = Initial(nodes=(kind,), parameter=parameter, method="xavier_uniform_")
        if attempt(self.workspace, lambda d: starting.add_initial(d, self.graph, made)) and self.rules[-1].rows:
            self.rules[-1].rows["nodes"].focus()

    @property
    def _result(self) -> GraphResult | None:
        result = self.workspace.result
        return result if result is not None and result.graph.name == self.graph else None


class RuleForm(Fold):
    """One rule: a line that tells it, and under it whose parameter starts how."""

    def __init__(self, workspace: Workspace, graph: str, at: int, entry: Initial, is_open: bool) -> None:
        self.workspace, self.graph, self.at, self.method = workspace, graph, at, entry.method
        self.rows: dict[str, FieldRow] = {}
        self.arguments: dict[str, FieldRow] = {}
        self._entry = entry
        self._checked: tuple[object, ...] = ()
        super().__init__(_words(entry), self._body, is_open=is_open, cut=Qt.TextElideMode.ElideMiddle)
        if at:
            self.line.addWidget(small_button("↑", f"Move rule {at + 1} up", self._up, tab=True))
        self.line.addWidget(small_button("✕", f"Remove rule {at + 1}", self._remove, tab=True))

    def _body(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 0, 0, 6)
        column.setSpacing(6)
        self.rows = {
            "nodes": FieldRow("nodes", NODES, plain=True),
            "parameter": FieldRow("parameter", PARAMETER, offers=self._parameters, plain=True),
            "method": FieldRow("method", METHOD, plain=True),
        }
        menu = MenuButton("+", "Choose kinds and nodes", self._entries)
        menu.chosen.connect(self._toggle)
        self.rows["nodes"].layout().itemAt(0).layout().addWidget(menu)  # type: ignore[union-attr]
        self.places = menu
        for row in self.rows.values():
            row.committed.connect(self._set)
            column.addWidget(row)
        for name, default in starting.METHODS.get(self.method, {}).items():
            choices = starting.CHOICES.get(name, ())
            argument = Argument(kind="choice" if choices else "float", choices=choices, help=f"{name} of {self.method}")
            row = self.arguments[name] = FieldRow(name, argument, default=default)
            if default is None:
                row.set_plain()
            row.committed.connect(self._set_argument)
            column.addWidget(row)
        self._show()
        return made

    def refresh(self, entry: Initial) -> None:
        self._entry = entry
        self.button.set_title(_words(entry))
        if self.body is not None and self.is_open:
            self._show()

    def _show(self) -> None:
        entry = self._entry
        self.rows["nodes"].set_value(", ".join(entry.nodes))
        self.rows["parameter"].set_value(entry.parameter)
        self.rows["method"].set_value(entry.method)
        result = self.workspace.result
        names = {**result.arguments, **result.inputs} if result is not None else {}
        for name, row in self.arguments.items():
            value = entry.arguments.get(name, row.default)
            row.set_value(value)
            row.set_resolved(resolved(value, names))
        self._show_problem()

    def _show_problem(self) -> None:
        """A rule that is about nothing here is told of under the field that names what it is about."""
        result, entry = self._result, self._entry
        key = (id(result), entry)
        if result is None or key == self._checked:
            return
        self._checked = key
        there = {**nodes_inside(result), **kinds_inside(result)}
        missing = [name for name in entry.nodes if not _speaks_of(name, there)]
        sentence = f"Nothing in {self.graph} that learns is called {', '.join(missing)}." if missing else ""
        self.rows["nodes"].set_problem(sentence)
        known = {learnt for name in entry.nodes for learnt in there.get(name, ())}
        lacks = bool(known) and not missing and all(entry.parameter != learnt for learnt in known)
        self.rows["parameter"].set_problem(f"There is {', '.join(sorted(known)) or 'none'} to choose." if lacks else "")

    # -- choosing -------------------------------------------------------------------------------------------------

    @property
    def _result(self) -> GraphResult | None:
        result = self.workspace.result
        return result if result is not None and result.graph.name == self.graph else None

    def _entries(self) -> list[Entry]:
        if self._result is None:
            return [("-", "No model uses this graph yet", False, " ")]
        kinds, nodes = list(kinds_inside(self._result)), list(nodes_inside(self._result))[:MOST_ENTRIES]
        chosen = self._entry.nodes
        made: list[Entry] = [(kind, kind, kind in chosen, "") for kind in kinds]
        return [*made, ("", "", False, ""), *((path, path, path in chosen, "") for path in nodes)]

    def _toggle(self, name: str) -> None:
        nodes = self._entry.nodes
        made = tuple(other for other in nodes if other != name) if name in nodes else (*nodes, name)
        self._do(lambda d: starting.set_initial(d, self.graph, self.at, nodes=made), self.rows["nodes"])

    def _parameters(self) -> list[str]:
        if self._result is None:
            return ["weight", "bias"]
        there = {**nodes_inside(self._result), **kinds_inside(self._result)}
        return list(dict.fromkeys(learnt for name in self._entry.nodes for learnt in there.get(name, ())))

    # -- edits ----------------------------------------------------------------------------------------------------

    def _do(self, edit: Edit, row: FieldRow | None = None, held: Value = None) -> bool:
        return attempt(self.workspace, edit, row, held)

    def _set(self, name: str, value: Value) -> None:
        held = ", ".join(self._entry.nodes) if name == "nodes" else getattr(self._entry, name)
        text = str(value or "").strip()
        made: object = tuple(part.strip() for part in text.split(",") if part.strip()) if name == "nodes" else text
        self._do(lambda d: starting.set_initial(d, self.graph, self.at, **{name: made}), self.rows[name], held)

    def _set_argument(self, name: str, value: Value) -> None:
        row = self.arguments[name]
        held = self._entry.arguments.get(name, row.default)
        self._do(lambda d: starting.set_initial_argument(d, self.graph, self.at, name, value), row, held)

    def _up(self) -> None:
        self._do(lambda d: starting.move_initial(d, self.graph, self.at, self.at - 1))

    def _remove(self) -> None:
        self._do(lambda d: starting.remove_initial(d, self.graph, self.at))


def _words(entry: Initial) -> str:
    given = ", ".join(f"{name}={shown(value).removeprefix('=')}" for name, value in entry.arguments.items())
    return f"{', '.join(entry.nodes)} {entry.parameter}: {entry.method}({given})".replace(" :", ":")


def _speaks_of(name: str, there: dict[str, list[str]]) -> bool:
    """Whether a name is a kind or a node here; a copy's number or a graph's own name on the way is one, too."""
    plain = ".".join(part for part in name.split(".") if not part.isdigit())
    return any(path in (name, plain) or path.startswith((f"{name}.", f"{plain}.")) for path in there)

"""Alternatives of a node: under a formula over a choice it is another block or graph, under the same name."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import behaviour, edits
from app.core.block import Argument
from app.core.changes import EditError
from app.core.document import Case, Kind, Node, Use, Value
from app.core.elaborate import NodeResult
from app.ui.offers import block_offers, document_offers
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Place, taken
from app.ui.panels.sections import Fold, Part, order_tabs, small_button
from app.ui.panels.values import resolved
from app.ui.style import clear, label

WHEN = Argument(kind="str", label="When", help="A formula over the graph’s arguments: norm == 'batch'.")
WHAT = Argument(kind="str", label="It is", help="A block, or a graph of this document.")
TOLD = "Something else in its place where a formula is true. The first that is true is taken."


class CasesPart(Part):
    def __init__(self, place: Place) -> None:
        super().__init__("Alternatives", TOLD)
        self.place = place
        self.cases: list[CaseForm] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.column.addLayout(self._list)
        self.otherwise = label("", "muted", wrap=True)
        self.column.addWidget(self.otherwise)
        self.add = small_button("+", "Add an alternative", self._add)
        self.heading.layout().insertWidget(2, self.add)  # type: ignore[union-attr]
        self._open: set[int] = set()

    @staticmethod
    def is_used(node: Node) -> bool:
        return bool(node.cases)

    def begin(self) -> bool:
        self._add()
        return True

    def end(self) -> bool:
        return self.place.do(edits.set_cases, ())

    def focus(self) -> None:
        if self.cases and self.cases[-1].what is not None:
            self.cases[-1].what.focus()

    def problems(self) -> dict[str, FieldRow]:
        first = self.cases[0].when if len(self.cases) == 1 else None
        return {"cases": first} if first is not None else {}

    def _add(self) -> None:
        graph, node = self.place.graph, self.place.node
        if graph is None or node is None:
            return
        try:
            behaviour.first_case(graph, node)
        except EditError as error:
            self.say(str(error))
            return
        self._open.add(len(node.cases))
        self.place.do(behaviour.add_case)
        self.focus()

    def refresh(self, node: Node, result: NodeResult | None) -> None:
        if [form.use for form in self.cases] != [case.use for case in node.cases]:
            self._make(node)
        for form, case in zip(self.cases, node.cases, strict=True):
            form.refresh(case)
        self.otherwise.setText(f"Otherwise {node.use.name}, with the arguments above." if node.cases else "")

    def _make(self, node: Node) -> None:
        clear(self._list)
        self.cases = [CaseForm(self.place, at, case, at in self._open) for at, case in enumerate(node.cases)]
        for form in self.cases:
            form.turned.connect(lambda on, at=form.at: self._open.add(at) if on else self._open.discard(at))
            self._list.addWidget(form)
        order_tabs(self)


class CaseForm(Fold):
    """One alternative: a line that says it, and under it its formula, what it is, and its arguments."""

    def __init__(self, place: Place, at: int, case: Case, is_open: bool) -> None:
        self.place, self.at, self.use = place, at, case.use
        self.when: FieldRow | None = None
        self.what: FieldRow | None = None
        self.rows: dict[str, FieldRow] = {}
        super().__init__(_words(case), self._body, is_open=is_open)
        if at:
            self.line.addWidget(small_button("↑", "Ask this alternative earlier", self._earlier, tab=True))
        self.line.addWidget(small_button("✕", f"Remove the alternative {at + 1}", self._remove, tab=True))

    def _body(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 0, 0, 6)
        column.setSpacing(6)
        self.when = FieldRow("when", WHEN, offers=self._conditions, plain=True)
        self.what = FieldRow("what", WHAT, offers=self._offers, plain=True)
        self.when.committed.connect(self._set_when)
        self.what.committed.connect(self._set_what)
        for row in (self.when, self.what):
            column.addWidget(row)
        takes, defaults = taken(self.use, self.place.workspace)
        for name, argument in takes.items():
            row = self.rows[name] = FieldRow(name, argument, default=defaults.get(name))
            row.committed.connect(self._set_argument)
            column.addWidget(row)
        node = self.place.node
        if node is not None and self.at < len(node.cases):
            self._show(node.cases[self.at])
        return made

    def refresh(self, case: Case) -> None:
        self.button.set_title(_words(case))
        self._show(case)

    def _show(self, case: Case) -> None:
        if self.when is None or self.what is None:
            return
        self.when.set_value(behaviour.condition(case.when))
        self.when.set_resolved(resolved(f"={behaviour.condition(case.when)}", self.place.names))
        self.what.set_value(case.use.name)
        for name, row in self.rows.items():
            value = case.arguments.get(name, row.default)
            row.set_value(value)
            row.set_resolved(resolved(value, {**self.place.names, "i": 0}))

    # -- choosing -------------------------------------------------------------------------------------------------

    def _conditions(self) -> list[str]:
        graph = self.place.graph
        return behaviour.case_conditions(graph) if graph is not None else []

    def _graphs(self) -> list[str]:
        offers = document_offers(self.place.workspace.document, self.place.graph_name)
        return [offer.name for offer in offers if offer.kind is Kind.GRAPH]

    def _offers(self) -> list[str]:
        return [*self._graphs(), *(offer.name for offer in block_offers(self.place.workspace.library))]

    def _case(self) -> Case | None:
        node = self.place.node
        return node.cases[self.at] if node is not None and self.at < len(node.cases) else None

    # -- edits ----------------------------------------------------------------------------------------------------

    def _set_when(self, _: str, value: Value) -> None:
        case = self._case()
        if case is not None:
            made = replace(case, when=f"={behaviour.condition(str(value))}" if str(value).strip() else "")
            self.place.do(behaviour.set_case, self.at, made, row=self.when, held=behaviour.condition(case.when))

    def _set_what(self, _: str, value: Value) -> None:
        case, wanted = self._case(), str(value or "").strip()
        if case is None or self.what is None:
            return
        kind = Kind.GRAPH if wanted in self._graphs() else Kind.BLOCK
        if kind is Kind.BLOCK and self.place.workspace.library.find(wanted) is None:
            self.what.refuse(
                f"There is no block or graph “{wanted}” to put here. Choose one of the list.", case.use.name
            )
            return
        self.place.do(behaviour.set_case_use, self.at, Use(kind, wanted), row=self.what, held=case.use.name)

    def _set_argument(self, name: str, value: Value) -> None:
        row = self.rows[name]
        if value == row.default and type(value) is type(row.default):
            self.place.do(behaviour.reset_case_argument, self.at, name)
        else:
            self.place.do(behaviour.set_case_argument, self.at, name, value, row=row)

    def _earlier(self) -> None:
        self.place.do(behaviour.move_case, self.at, self.at - 1)

    def _remove(self) -> None:
        self.place.do(behaviour.remove_case, self.at)


def _words(case: Case) -> str:
    return f"{behaviour.condition(case.when)} → {case.use.name}"

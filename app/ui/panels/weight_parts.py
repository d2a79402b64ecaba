"""Forms for weights that a node does not have alone: a module that it calls again, parameters that are another's."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import behaviour
from app.core.block import Argument
from app.core.choices import own_parameters, tie_targets
from app.core.document import Node, Value
from app.core.elaborate import NodeResult
from app.core.node_settings import owner_of
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Place
from app.ui.panels.sections import Part, order_tabs, small_button
from app.ui.style import clear, label

OWNER = Argument(kind="str", optional=True, label="Calls again", help="The node whose module this one calls, too.")
OWN = Argument(kind="str", label="Own", help="A parameter of this node, as in its state_dict.")
PATH = Argument(kind="str", label="Is", help="The path of another node’s parameter: transformer.wte.weight.")


class SharesPart(Part):
    def __init__(self, place: Place) -> None:
        super().__init__("Share weights", "It has no weights of its own: it calls another node’s module again.")
        self.place = place
        self.row = FieldRow("shares", OWNER, offers=self._offers, plain=True)
        self.row.committed.connect(self._set)
        self.column.addWidget(self.row)
        self.hint = label("", "muted", wrap=True)
        self.column.addWidget(self.hint)

    @staticmethod
    def is_used(node: Node) -> bool:
        return node.shares is not None

    def begin(self) -> bool:
        return True

    def end(self) -> bool:
        return self.place.do(behaviour.share, None)

    def focus(self) -> None:
        self.row.focus()

    def problems(self) -> dict[str, FieldRow]:
        return {"shares": self.row}

    def refresh(self, node: Node, result: NodeResult | None) -> None:
        graph = self.place.graph
        owner = owner_of(graph, node) if graph is not None else None
        self.row.set_value(owner.name if owner is not None else node.shares)
        if owner is not None:
            self.hint.setText(f"An argument that is changed here or there is changed for both “{owner.name}” and this.")
        elif not self._offers():
            self.hint.setText(f"No other node here is a {node.use.name} with weights of its own.")
        else:
            self.hint.setText(f"Choose another {node.use.name} of this graph; its arguments are taken over.")
        self.row.set_placeholder("weights of its own")

    def _offers(self) -> list[str]:
        graph, node = self.place.graph, self.place.node
        return [other.name for other in behaviour.can_share(graph, node)] if graph is not None and node else []

    def _set(self, _: str, value: Value) -> None:
        graph, node = self.place.graph, self.place.node
        if graph is None or node is None:
            return
        wanted = str(value or "").strip()
        owner = next((other for other in graph.nodes.values() if other.name == wanted and other.shares is None), None)
        before = owner_of(graph, node)
        held = before.name if before is not None else node.shares
        if wanted and owner is None:
            there = ", ".join(self._offers()) or "none"
            self.row.refuse(f"There is no node “{wanted}” with weights of its own here. Expected: {there}.", held)
            return
        self.place.do(behaviour.share, owner.id if owner is not None else None, row=self.row, held=held)


class TiesPart(Part):
    """One pair of fields for each tie, and one that waits where there is none."""

    def __init__(self, place: Place) -> None:
        super().__init__(
            "Tie weights", "A parameter that is the very tensor of another node, as a head’s of its embedding."
        )
        self.place = place
        self.ties: list[TieForm] = []
        self._shown: tuple[str, ...] | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.column.addLayout(self._list)
        self.add = small_button("+", "Tie another parameter", self._add)
        self.heading.layout().insertWidget(2, self.add)  # type: ignore[union-attr]

    @staticmethod
    def is_used(node: Node) -> bool:
        return bool(node.ties)

    def begin(self) -> bool:
        return True

    def end(self) -> bool:
        node = self.place.node
        for own in list(node.ties) if node is not None else []:
            self.place.do(behaviour.remove_tie, own, merge_key=f"{self.place.graph_name}/{self.place.node_id}:untie")
        return True

    def focus(self) -> None:
        if self.ties:
            self.ties[-1].path.focus()

    def problems(self) -> dict[str, FieldRow]:
        return {"ties": self.ties[0].path} if len(self.ties) == 1 else {}

    def refresh(self, node: Node, result: NodeResult | None) -> None:
        if tuple(node.ties) != self._shown:
            self._make(node)
        for form in self.ties:
            form.refresh(node)

    def _make(self, node: Node) -> None:
        self._shown = tuple(node.ties)
        clear(self._list)
        self.ties = [TieForm(self.place, own) for own in node.ties] or [TieForm(self.place, "")]
        for form in self.ties:
            self._list.addWidget(form)
        order_tabs(self)

    def _add(self) -> None:
        if all(form.own_name for form in self.ties):
            self.ties.append(TieForm(self.place, ""))
            self._list.addWidget(self.ties[-1])
            node = self.place.node
            if node is not None:
                self.ties[-1].refresh(node)
            order_tabs(self)
        self.focus()


class TieForm(QWidget):
    """One tie: an own parameter and the path that it is. A new one is made once both are there."""

    def __init__(self, place: Place, own: str) -> None:
        super().__init__()
        self.place, self.own_name = place, own
        self.own = FieldRow("own", OWN, offers=self._own_offers, plain=True)
        self.path = FieldRow("path", PATH, offers=self._path_offers, plain=True)
        self.path.set_placeholder("wte.weight")
        self.own.committed.connect(self._set_own)
        self.path.committed.connect(self._set_path)
        if own:
            self.own.add_tool("✕", f"Untie {own}", self._untie)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.own)
        column.addWidget(self.path)
        first = next(iter(self._own_offers()), "")
        self._wanted = own or first

    def refresh(self, node: Node) -> None:
        self.own.set_value(self.own_name or self._wanted)
        self.path.set_value(node.ties.get(self.own_name, ""))

    def _own_offers(self) -> list[str]:
        result, node = self.place.result, self.place.node
        taken = node.ties if node is not None else {}
        return [key for key in own_parameters(result) if key not in taken] if result is not None else []

    def _path_offers(self) -> list[str]:
        result, node = self.place.workspace.result, self.place.node
        if result is None or node is None or result.graph.name != self.place.graph_name:
            return []
        return tie_targets(result, node, self._wanted)

    def _untie(self) -> None:
        self.place.do(behaviour.remove_tie, self.own_name)

    def _held(self) -> str:
        node = self.place.node
        return node.ties.get(self.own_name, "") if node is not None else ""

    def _set_own(self, _: str, value: Value) -> None:
        self._wanted = str(value)
        if self._held():
            held = self.own_name
            edit = behaviour.set_tie
            self.place.do(edit, str(value), self._held(), before=held, row=self.own, held=held)
        self.path.set_value(self._held())

    def _set_path(self, _: str, value: Value) -> None:
        held = self._held()
        if not value:
            if held:
                self.place.do(behaviour.remove_tie, self.own_name)
            return
        self.place.do(behaviour.set_tie, self._wanted, str(value), before=self.own_name, row=self.path, held=held)

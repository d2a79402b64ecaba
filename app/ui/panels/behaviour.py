"""How a node is used: repeated, scanned, under a condition, as one of alternatives, with shared or tied weights.

Only what is used takes room; a menu adds the rest.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import behaviour, edits
from app.core.block import Argument
from app.core.document import Kind, Node, Repeat, Value
from app.core.elaborate import NodeResult
from app.core.results import unit_key
from app.ui.panels.cases_part import CasesPart
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Place
from app.ui.panels.scan_part import ScanPart
from app.ui.panels.sections import Entry, Heading, MenuButton, Part
from app.ui.panels.values import resolved
from app.ui.panels.weight_parts import SharesPart, TiesPart
from app.ui.style import label

COUNT = Argument(kind="int", low=0, optional=True, label="Copies", help="How many; a number or a formula.")
KEYS = Argument(
    kind="str",
    label="Names",
    help="How the copies are called in the code and in state_dict: {name} is the node's name, {i} counts from 0, "
    "{i + 1} from 1, {i + 4} from 4.",
)
CONDITION = Argument(kind="str", optional=True, label="Only if", help="A formula; where it is false, the input passes.")
SHOWN_KEYS = 4


class RepeatPart(Part):
    def __init__(self, place: Place) -> None:
        super().__init__("Repeat", "")
        self.place = place
        self.count = FieldRow("repeat", COUNT)
        self.keys = FieldRow("names", KEYS, default=behaviour.KEYS, offers=lambda: behaviour.PATTERNS)
        self.count.committed.connect(self._set_count)
        self.keys.committed.connect(self._set_keys)
        for row in (self.count, self.keys):
            self.column.addWidget(row)
        self.count.set_plain()

    @staticmethod
    def is_used(node: Node) -> bool:
        return node.repeat is not None

    def begin(self) -> bool:
        return self.place.do(edits.set_repeat, 2)

    def end(self) -> bool:
        return self.place.do(edits.set_repeat, None)

    def focus(self) -> None:
        self.count.focus()

    def refresh(self, node: Node, result: NodeResult | None) -> None:
        repeat = node.repeat or Repeat(None)
        self.count.set_value(repeat.count)
        self.count.set_resolved(resolved(repeat.count, self.place.names))
        self.keys.set_value(repeat.keys)
        copies = len(result.units) if result is not None and result.units else 2
        names = ", ".join(unit_key(node, index) for index in range(min(copies, SHOWN_KEYS)))
        self.keys.set_resolved(names + (", …" if copies > SHOWN_KEYS else ""))
        self.told.setText(_carried(result))

    def problems(self) -> dict[str, FieldRow]:
        return {"repeat": self.count, "keys": self.keys}

    def _set_count(self, _: str, value: Value) -> None:
        node = self.place.node
        held = node.repeat.count if node is not None and node.repeat is not None else None
        key = f"{self.place.graph_name}/{self.place.node_id}:repeat"
        self.place.do(edits.set_repeat, value, row=self.count, held=held, merge_key=key)

    def _set_keys(self, _: str, value: Value) -> None:
        node = self.place.node
        held = node.repeat.keys if node is not None and node.repeat is not None else behaviour.KEYS
        self.place.do(behaviour.set_keys, str(value), row=self.keys, held=held)


def _carried(result: NodeResult | None) -> str:
    """What goes from copy to copy, in words."""
    if result is None or not result.units:
        return "Copies in series, each with weights of its own. A formula of an argument may ask for the copy: i."
    inputs, outputs = list(result.inputs), set(result.outputs)
    carried = [name for name in inputs if name in outputs] or inputs[:1]
    given = [name for name in inputs if name not in carried and result.inputs[name] is not None]
    words = f"Copies in series, each with weights of its own: {', '.join(carried)} goes from one to the next"
    return f"{words}, {', '.join(given)} to each." if given else f"{words}."


class ConditionPart(Part):
    def __init__(self, place: Place) -> None:
        super().__init__("Condition", "Used only where a formula is true; else what enters passes unchanged.")
        self.place = place
        self.row = FieldRow("enabled", CONDITION, offers=self._offers, plain=True)
        self.row.set_placeholder("stride != 1")
        self.row.committed.connect(self._set)
        self.column.addWidget(self.row)

    @staticmethod
    def is_used(node: Node) -> bool:
        return node.enabled is not None

    def begin(self) -> bool:
        return True

    def end(self) -> bool:
        return self.place.do(edits.set_enabled, None)

    def focus(self) -> None:
        self.row.focus()

    def refresh(self, node: Node, result: NodeResult | None) -> None:
        self.row.set_value(node.enabled)
        text = node.enabled and f"={behaviour.condition(node.enabled)}"
        self.row.set_resolved(resolved(text, self.place.names))

    def problems(self) -> dict[str, FieldRow]:
        return {"enabled": self.row}

    def _offers(self) -> list[str]:
        return behaviour.case_conditions(self.place.graph) if self.place.graph is not None else []

    def _set(self, _: str, value: Value) -> None:
        node = self.place.node
        held = node.enabled if node is not None else None
        self.place.do(edits.set_enabled, str(value or "") or None, row=self.row, held=held)


AnyPart = RepeatPart | ScanPart | ConditionPart | CasesPart | SharesPart | TiesPart

PARTS: dict[str, type[AnyPart]] = {
    "repeat": RepeatPart,
    "scan": ScanPart,
    "enabled": ConditionPart,
    "cases": CasesPart,
    "shares": SharesPart,
    "ties": TiesPart,
}

WORDS = {
    "repeat": "Repeat: copies in series",
    "scan": "Scan: step by step along a dimension",
    "enabled": "Condition: only where a formula is true",
    "cases": "Alternatives: another block by a choice",
    "shares": "Share weights: call a module again",
    "ties": "Tie weights: one tensor in two places",
}


class Behaviours(QWidget):
    """The parts that a node uses, and those that were just added and still wait for their first value."""

    arranged = Signal()

    def __init__(self, place: Place, switches: QWidget) -> None:
        super().__init__()
        self.place = place
        self.parts: dict[str, AnyPart] = {}
        self._begun: set[str] = set()
        self.add = MenuButton("Add…", "Add behaviour", self._entries)
        self.add.chosen.connect(self.toggle)
        self.plain = label("Called once, always, with weights of its own.", "muted", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(Heading("Behaviour", self.add))
        self._column.addWidget(switches)
        self._column.addWidget(self.plain)

    def _is_shown(self, key: str, node: Node) -> bool:
        return key in self._begun or PARTS[key].is_used(node)

    def _entries(self) -> list[Entry]:
        node = self.place.node
        if node is None:
            return []
        shown = {key: self._is_shown(key, node) for key in PARTS}
        return [(key, WORDS[key], shown[key], "" if shown[key] else why_not_add(key, node)) for key in PARTS]

    def toggle(self, key: str) -> None:
        """Add a behaviour, or take it away where the node has it."""
        node = self.place.node
        if node is None:
            return
        if self._is_shown(key, node):
            self._end(key)
            return
        part = self._part(key)
        self._begun.add(key)
        if part.begin():
            self.refresh(self.place.result)
            part.focus()
        else:
            self._begun.discard(key)
            self.refresh(self.place.result)

    def _end(self, key: str) -> None:
        node = self.place.node
        self._begun.discard(key)
        if node is not None and PARTS[key].is_used(node):
            self.parts[key].end()
        self.refresh(self.place.result)

    def _part(self, key: str) -> AnyPart:
        """The part's form, made when it is first shown, at its place among the others."""
        part = self.parts.get(key)
        if part is None:
            part = self.parts[key] = PARTS[key](self.place)
            part.removed.connect(lambda key=key: self._end(key))
            order = list(PARTS)
            before = sum(1 for other in self.parts if order.index(other) < order.index(key))
            self._column.insertWidget(3 + before, part)
            self.arranged.emit()
        return part

    def refresh(self, result: NodeResult | None) -> None:
        node = self.place.node
        if node is None:
            return
        for key, kind in PARTS.items():
            if self._is_shown(key, node):
                part = self._part(key)
                if kind.is_used(node):
                    part.say("")
                part.refresh(node, result)
                part.show()
            elif key in self.parts:
                self.parts[key].hide()
        self.plain.setVisible(not any(self._is_shown(key, node) for key in PARTS))

    def problem_fields(self) -> dict[str, FieldRow | Part]:
        """Where a problem of a part of the node is said."""
        found: dict[str, FieldRow | Part] = {}
        for key, part in self.parts.items():
            if not part.isHidden():
                found[key] = part
                found.update(part.problems())
        return found


def why_not_add(key: str, node: Node) -> str:
    """Why a node cannot have a behaviour, in a word or two; nothing where it can."""
    if key == "scan" and node.repeat is not None:
        return "it repeats"
    if key == "repeat" and node.scan is not None:
        return "it is scanned"
    is_model = node.use.kind is Kind.MODEL
    if is_model and key in ("cases", "shares", "ties"):
        return "a model’s are its own"
    if key == "ties" and node.shares is not None:
        return "it has none of its own"
    return ""

"""The form of a scan: which inputs give one slice to each step, along which dimension, or how many steps."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel

from app.core import behaviour, edits
from app.core.block import Argument
from app.core.document import Node, Scan, Value
from app.core.elaborate import NodeResult
from app.core.tensor_type import TensorType
from app.ui.offers import node_ports
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import Place
from app.ui.panels.sections import Part, order_tabs
from app.ui.panels.values import resolved
from app.ui.style import clear, label

DIM = Argument(kind="int", label="Dimension", help="The steps are slices along it; -1 is the last one.")
COUNT = Argument(kind="int", low=1, optional=True, label="Steps", help="How often, where no input is sliced.")
REVERSE = Argument(kind="bool", label="Backwards", help="From the last step to the first.")

TOLD = "One module, called step by step. Ticked inputs give one slice to each step."


class ScanPart(Part):
    def __init__(self, place: Place) -> None:
        super().__init__("Scan", TOLD)
        self.place = place
        self.boxes: dict[str, QCheckBox] = {}
        self._words: dict[str, QLabel] = {}
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self.column.addLayout(self._grid)
        self.dim = FieldRow("dim", DIM, default=1)
        self.count = FieldRow("count", COUNT)
        self.reverse = FieldRow("reverse", REVERSE, plain=True)
        for row in (self.dim, self.count, self.reverse):
            row.committed.connect(self._set)
            self.column.addWidget(row)
        self.count.set_plain()
        self.outcome = label("", "muted", wrap=True)
        self.column.addWidget(self.outcome)

    @staticmethod
    def is_used(node: Node) -> bool:
        return node.scan is not None

    def begin(self) -> bool:
        node = self.place.node
        if node is None:
            return False
        inputs, outputs = self._ports(node)
        scan = behaviour.first_scan(dict.fromkeys(inputs), dict.fromkeys(outputs))
        return self.place.do(edits.set_scan, scan)

    def end(self) -> bool:
        return self.place.do(edits.set_scan, None)

    def focus(self) -> None:
        next(iter(self.boxes.values()), self.dim.editor).setFocus()

    def _ports(self, node: Node) -> tuple[list[str], list[str]]:
        return node_ports(node, self.place.workspace.library, self.place.workspace.document)

    def refresh(self, node: Node, result: NodeResult | None) -> None:
        scan = node.scan or Scan()
        inputs, outputs = self._ports(node)
        names = list(dict.fromkeys([*inputs, *scan.sliced]))
        if list(self.boxes) != names:
            self._make_boxes(names)
        for name, box in self.boxes.items():
            box.setChecked(name in scan.sliced)
            self._words[name].setText(_role(name, scan, inputs, outputs))
        self.dim.set_value(scan.dim)
        self.count.set_value(scan.count)
        self.count.set_resolved(resolved(scan.count, self.place.names))
        self.count.setVisible(not scan.sliced)
        self.reverse.set_value(scan.reverse)
        self.outcome.setText(_outcome(scan, inputs, outputs, result))

    def _make_boxes(self, names: list[str]) -> None:
        clear(self._grid)
        self.boxes, self._words = {}, {}
        for row, name in enumerate(names):
            box = self.boxes[name] = QCheckBox(name)
            box.setAccessibleName(f"Slice {name}")
            box.clicked.connect(lambda on=False, name=name: self._slice(name, on))
            words = self._words[name] = label("", "muted")
            self._grid.addWidget(box, row, 0)
            self._grid.addWidget(words, row, 1)
        order_tabs(self)

    def _slice(self, name: str, on: bool) -> None:
        self.place.do(behaviour.set_sliced, name, on)

    def problems(self) -> dict[str, FieldRow]:
        return {} if self.count.isHidden() else {"scan": self.count}

    def _set(self, name: str, value: Value) -> None:
        node = self.place.node
        scan = node.scan if node is not None and node.scan is not None else Scan()
        row = {"dim": self.dim, "count": self.count, "reverse": self.reverse}[name]
        held = getattr(scan, name)
        key = f"{self.place.graph_name}/{self.place.node_id}:scan.{name}"
        self.place.do(edits.set_scan, replace(scan, **{name: value}), row=row, held=held, merge_key=key)


def _role(name: str, scan: Scan, inputs: list[str], outputs: list[str]) -> str:
    """What a step gets from an input, in words."""
    if name not in inputs:
        return "there is no such input"
    if name in scan.sliced:
        return "a slice for each step"
    return "carried from step to step" if name in outputs else "the same for each step"


def _outcome(scan: Scan, inputs: list[str], outputs: list[str], result: NodeResult | None) -> str:
    """How many steps, what comes out last and what is stacked."""
    type_ = result.inputs.get(scan.sliced[0]) if result is not None and scan.sliced else None
    steps = ""
    if isinstance(type_, TensorType) and -type_.rank <= scan.dim < type_.rank:
        length = type_.shape[scan.dim % type_.rank]
        steps = f"{length} steps along dimension {scan.dim} of {scan.sliced[0]}. "
    carried = [name for name in outputs if name in inputs and name not in scan.sliced]
    stacked = [name for name in outputs if name not in carried]
    words = [f"Comes out last: {', '.join(carried)}."] if carried else []
    words += [f"Stacked along dimension {scan.dim}: {', '.join(stacked)}."] if stacked else []
    return steps + " ".join(words)

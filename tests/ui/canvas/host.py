"""A small workspace for canvas tests: real documents, real elaboration, the canvas's signals made into edits."""

from __future__ import annotations

from typing import Any

import blocks
from app.core import edits
from app.core.changes import EditError
from app.core.document import Document, Edge, End, Frame, GraphLayout, InputType, Kind, Model, Use
from app.core.draw import Drawing, graphs, whole
from app.core.elaborate import elaborate
from app.ui import rewiring
from app.ui.canvas.canvas import Canvas
from app.ui.canvas.view import Views

OTHERS = (
    "block_dropped", "search_asked", "entered", "left", "rename_asked", "frame_rename_asked", "duplicate_asked",
    "menu_asked",
)  # fmt: skip


def residual_block() -> Drawing:
    block = Drawing("BasicBlock", arguments=[whole("planes", 64), whole("stride", 1)])
    x = block.input("x")
    same = {"out_channels": "=planes", "kernel_size": 3, "padding": 1, "bias": False}
    y = block.add("conv1", "Conv2d", x, stride="=stride", **same)
    y = block.add("bn1", "BatchNorm2d", y)
    y = block.add("relu1", "ReLU", y)
    y = block.add("conv2", "Conv2d", y, **same)
    shortcut = block.add(
        "downsample",
        "Conv2d",
        x,
        out_channels="=planes",
        kernel_size=1,
        stride="=stride",
        bias=False,
        enabled="=stride != 1 or x.channels != planes",
    )
    block.output("output", block.add("add", "Add", y, shortcut))
    return block


def small_net() -> Document:
    """image → conv → relu → pool → layer1 ×2 → flatten → fc → logits, and a spare Linear that nothing is wired to."""
    net = Drawing("Net", arguments=[whole("classes", 10)])
    y = net.add("conv", "Conv2d", net.input("image"), out_channels=64, kernel_size=3, padding=1)
    y = net.add("relu", "ReLU", y)
    y = net.add("pool", "AdaptiveAvgPool2d", y)
    y = net.add("layer1", "graph:BasicBlock", y, planes=64, repeat=2, ports=("x",), output="output")
    y = net.add("flatten", "Flatten", y)
    y = net.add("fc", "Linear", y, out_features="=classes")
    net.add("spare", "ReLU")
    net.output("logits", y)
    made = graphs(blocks.library(), residual_block(), net)
    model = Model(name="net", graph="Net", inputs={"image": InputType(("B", 3, 16, 16))})
    places: dict[str, Any] = {"@in:image": (0, 0), "conv": (250, 0), "relu": (500, 0), "pool": (750, 0)}
    places |= {"layer1": (0, 200), "flatten": (250, 200), "fc": (500, 200), "@out:logits": (750, 200)}
    places |= {"spare": (250, 380)}
    frames = (Frame(title="Stem", nodes=("conv", "relu"), colour="convolution"),)
    return Document(
        graphs={name: made[name] for name in ("Net", "BasicBlock")},
        models={"net": model},
        layout={"Net": GraphLayout(places, frames)},
    )


class Host:
    """Holds the document; the canvas shows it and asks for edits of it."""

    def __init__(self, document: Document, graph: str = "Net") -> None:
        self.library = blocks.library()
        self.views = Views(self.library)
        self.document = document
        self.graph = graph
        self.refused: list[str] = []
        self.asked: list[tuple[Any, ...]] = []
        self.canvas = Canvas(can_connect=self.why_not)
        for name in ("moved", "connect_asked", "rewire_asked", "disconnect_asked", "delete_asked", "insert_asked"):
            getattr(self.canvas, name).connect(lambda *values, what=name: self._asked(what, *values))
        for name in OTHERS:
            getattr(self.canvas, name).connect(lambda *values, what=name: self.asked.append((what, *values)))
        self.refresh()

    def refresh(self) -> None:
        self.elaboration = elaborate(self.document, self.library)
        self.canvas.show(self.views.of(self.document, self.graph, self.elaboration.views.get(self.graph)))

    def set(self, document: Document) -> None:
        self.document = document
        self.refresh()

    def why_not(self, source: End, target: End) -> str | None:
        try:
            edits.connect(self.document, self.graph, source, target, variadic=self._many(target))
        except EditError as error:
            return str(error)
        return None

    def _many(self, target: End) -> bool:
        node = self.document.graphs[self.graph].nodes.get(target.node)
        if node is None or node.use.kind is not Kind.BLOCK:
            return False
        return any(port.variadic for port in self.library.get(node.use.name).inputs if port.name == target.port)

    def _asked(self, what: str, *values: Any) -> None:
        self.asked.append((what, *values))
        try:
            changed = getattr(self, f"_{what}")(*values)
        except EditError as error:
            self.refused.append(str(error))
            self.refresh()
        else:
            self.set(changed.document)

    def _moved(self, positions: dict[str, tuple[float, float]]) -> Any:
        return edits.move_nodes(self.document, self.graph, positions)

    def _connect_asked(self, source: End, target: End) -> Any:
        return edits.connect(self.document, self.graph, source, target, variadic=self._many(target))

    def _rewire_asked(self, moves: list[tuple[Edge, End, End]]) -> Any:
        return rewiring.moved_wires(self.document, self.graph, moves, self._many)

    def _disconnect_asked(self, gone: list[Edge]) -> Any:
        return edits.disconnect(self.document, self.graph, gone)

    def _delete_asked(self, nodes: list[str], heal: bool) -> Any:
        return edits.remove_nodes(self.document, self.graph, [n for n in nodes if not n.startswith("@")], heal=heal)

    def _insert_asked(self, node: str, edge: Edge, positions: dict[str, tuple[float, float]]) -> Any:
        moved = edits.move_nodes(self.document, self.graph, positions).document
        return edits.put_on_edge(moved, self.graph, edge, node)

    def add(self, kind: str, position: tuple[float, float]) -> str:
        changed = edits.add_node(self.document, self.graph, Use(Kind.BLOCK, kind), position=position)
        self.set(changed.document)
        return changed.node

    def last(self, what: str) -> tuple[Any, ...]:
        """What was asked for last under that name."""
        return next(entry[1:] for entry in reversed(self.asked) if entry[0] == what)

    def sources_of(self, node: str, port: str = "input") -> list[str]:
        return [str(edge.source) for edge in self.document.graphs[self.graph].edges_into(node, port)]

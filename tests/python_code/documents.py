"""Texts and small documents that use them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.core.code_edits import lines_of
from app.core.document import (
    Argument,
    Code,
    Document,
    Edge,
    End,
    Graph,
    GraphPort,
    InputType,
    Kind,
    Model,
    Node,
    Use,
    Value,
)
from app.core.facts import Fact, Facts, Question
from app.core.python_code import digest

GATED = '''"""A gate of one's own."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SHIFT = 0.5


def shifted(value: Tensor) -> Tensor:
    """Moved by a constant."""
    return F.relu(value) + SHIFT


class Gated(nn.Module):
    """A linear layer whose output is gated by itself."""

    def __init__(self, features: int, width: int = 10, beta: float = 1.0) -> None:
        super().__init__()
        self.linear = nn.Linear(features, width)
        self.register_buffer("scale", torch.ones(width))
        self.beta = beta

    def forward(self, input: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
        value = shifted(self.linear(input)) * self.scale
        gate = torch.sigmoid(self.beta * value)
        return value, gate if bias is None else gate + bias
'''.replace(
    "return value, gate if bias is None else gate + bias",
    "if bias is not None:\n            gate = gate + bias\n        return value, gate",
)

SWISH = """from torch import Tensor, nn


class Swish(nn.Module):
    \"\"\"x times its own gate.\"\"\"

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self.beta = beta

    def forward(self, input: Tensor) -> Tensor:
        return input * (self.beta * input).sigmoid()
"""


def code(text: str, name: str) -> dict[str, Code]:
    return {name: Code(name=name, lines=lines_of(text))}


def block(name: str, use: str, **arguments: Value) -> Node:
    return Node(id=name, name=name, use=Use(Kind.BLOCK, use), arguments=arguments)


def chain(
    codes: Mapping[str, Code], *nodes: Node, shape: tuple[Value, ...] = ("B", 8), ports: str = "input"
) -> Document:
    """A model of nodes in a row, each fed by the first output of the one before it."""
    edges, before = [], End("@", "x")
    for node in nodes:
        edges.append(Edge(before, End(node.id, ports)))
        before = End(node.id, _FIRST.get(node.use.name, "output"))
    edges.append(Edge(before, End("@", "y")))
    graph = Graph(
        name="Net",
        inputs=(GraphPort("x"),),
        outputs=(GraphPort("y"),),
        arguments=(Argument(name="width", default=8),),
        nodes={node.id: node for node in nodes},
        edges=tuple(edges),
    )
    model = Model(name="net", graph="Net", inputs={"x": InputType(shape)})
    return Document(title="Own", graphs={"Net": graph}, models={"net": model}, codes=codes)


_FIRST = {"Gated": "value"}


def gated() -> Document:
    """Linear, a gate of one's own with arguments over the graph's, Linear."""
    return chain(
        code(GATED, "Gated"),
        block("fc", "Linear", out_features="=width"),
        block("gate", "Gated", features="=width", beta=2.0),
        block("head", "Linear", out_features=3),
        shape=("B", "T", 5),
    )


def allowing(document: Document) -> Facts:
    return Facts(allowed=frozenset(digest(code.text) for code in document.codes.values()))


def written(document: Document, folder: Path) -> Path:
    from app.core import files

    path = folder / "own.netloom"
    files.write(path, document)
    return path


Answers = Mapping[str, Fact]
__all__ = ["GATED", "SWISH", "Answers", "Question", "allowing", "block", "chain", "code", "gated", "written"]

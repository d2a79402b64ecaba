"""How long a document of 2000 nodes takes to read and to write: ``python tests/benchmarks/bench_files.py``."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.core import edits, placing
from app.core.document import Document, Edge, End, Graph, GraphLayout, Kind, Node, Use
from app.core.files import decode, encode

NODES = 2000
ROUNDS = 25


def flat(count: int) -> Document:
    nodes = {
        f"conv{i}": Node(
            id=f"conv{i}",
            name=f"conv{i}",
            use=Use(Kind.BLOCK, "Conv2d"),
            arguments={"out_channels": 64, "kernel_size": (3, 3), "padding": 1, "bias": False},
        )
        for i in range(count)
    }
    edges = tuple(Edge(End(f"conv{i}", "output"), End(f"conv{i + 1}", "input")) for i in range(count - 1))
    layout = GraphLayout({key: (i * 200.0, 0.0) for i, key in enumerate(nodes)})
    return Document(graphs={"Net": Graph(name="Net", nodes=nodes, edges=edges)}, layout={"Net": layout})


def median_ms(function: Callable[[], Any]) -> float:
    function()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        function()
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def main() -> None:
    document = flat(NODES)
    data = encode(document)
    figures = {
        "decode": median_ms(lambda: decode(data)),
        "encode": median_ms(lambda: encode(document)),
        "set_argument": median_ms(lambda: edits.set_argument(document, "Net", "conv7", "padding", 2)),
        "connect": median_ms(lambda: edits.connect(document, "Net", End("conv0", "output"), End("conv9", "input"))),
        "move_nodes": median_ms(lambda: placing.move_nodes(document, "Net", {"conv7": (1.0, 2.0)})),
    }
    print(f"{NODES} nodes, {len(data) / 1e3:.0f} kB, median of {ROUNDS}:")
    for name, figure in figures.items():
        print(f"  {name:<14}{figure:8.2f} ms")


if __name__ == "__main__":
    main()

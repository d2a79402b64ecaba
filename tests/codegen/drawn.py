"""Random small documents: chains and graphs of a few blocks, subgraphs with arguments, and every way to use a node."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.document import Argument, Case, Document, InputType, Model, Preset, Repeat, Scan
from app.core.draw import Drawing, Wire, choice, flag, graphs, real, use, whole
from blocks import library
from tests.codegen.hostile import changed

NODES = ("x", "y", "fc", "torch", "F", "layer1", "out", "norm", "width", "block", "image", "deep", "drop", "term")
WIDTHS = ("=width", "=width * 2", "=x.features", "=x.features + width", "=6 if deep else width", 6, 3)
STACKED = ("=width * (i + 1)", "=width * 2 ** i", "=4 + i * i", "=6 if i == 0 else width", "=max(width, i)")
KEEP = ("=input.features",)
ENABLED = (None, None, None, "=deep", "=not deep", "=width > 4", "=deep and width != 4")
ARGUMENTS: tuple[Argument, ...] = (
    whole("width", 4, low=1),
    flag("deep", True),
    real("p", 0.5),
    whole("layers", 2, low=1),
    choice("kind", "plain", "plain", "odd", "wide"),
)
PRESETS: tuple[dict[str, Any], ...] = (
    {},
    {"width": 6},
    {"deep": False, "layers": 3},
    {"width": 5, "p": 0.0},
    {"width": 6, "deep": False, "layers": 1},
    {"kind": "odd"},
    {"kind": "wide", "width": 3},
)


class Sheet:
    """A graph being drawn. Wires are known by how wide they are, as a text: equal texts, equal widths."""

    def __init__(self, draw: Any, name: str, parts: dict[str, str], rank: int) -> None:
        self.draw = draw
        self.rank = rank
        self.parts = parts
        self.drawing = Drawing(name, summary="Drawn by chance.", arguments=ARGUMENTS)
        self.wires: list[tuple[Wire, str]] = [(self.drawing.input("x"), "x")]
        self.names = iter(draw(st.permutations(NODES)))

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def wire(self) -> tuple[Wire, str]:
        """A wire, mostly a late one."""
        return self.wires[self.draw(st.sampled_from([-1, -1, -1, -2, 0])) % len(self.wires)]

    def add(self, wire: Wire, width: str) -> None:
        self.wires.append((wire, width))

    def step(self) -> None:
        kind = self.pick(STEPS if self.parts else STEPS[:-2])
        getattr(self, f"_{kind}")(next(self.names))

    def _linear(self, name: str) -> None:
        wire, width = self.wire()
        wanted = self.pick(WIDTHS)
        self.add(self.drawing.add(name, "Linear", wire, out_features=wanted, bias=self.pick((True, False))),
                 width if wanted == "x" else str(wanted))  # fmt: skip

    def _stack(self, name: str) -> None:
        """Copies of which each is as wide as its number says."""
        wire, _ = self.wire()
        wanted, count = self.pick(STACKED), self.pick(("=layers", "=layers + 1", 2, 3))
        self.add(self.drawing.add(name, "Linear", wire, out_features=wanted, repeat=count), f"{wanted} of {count}")

    def _kept(self, name: str) -> None:
        """What keeps the type, and so may be left out or repeated."""
        wire, width = self.wire()
        what, arguments = self.pick(KEEPING)
        more: dict[str, Any] = {"enabled": self.pick(ENABLED)}
        if what != "Square":
            more["repeat"] = self.pick(
                (None, None, 2, 3, "=layers", Repeat(2, "{name}{i + 1}"), Repeat("=layers", "{name}_{i}"))
            )
        if what == "BatchNorm1d" and self.rank == 3:
            what = "LayerNorm"
        self.add(self.drawing.add(name, what, wire, **arguments, **more), width)

    def _join(self, name: str) -> None:
        wire, width = self.wire()
        same = [other for other, its in self.wires if its == width]
        others = [self.pick(same) for _ in range(self.pick((1, 1, 2)))]
        what = self.pick(("Add", "Multiply", "Maximum", "Subtract"))
        others = others if what in ("Add", "Multiply") else others[:1]
        self.add(self.drawing.add(name, what, wire, *others, enabled=self.pick(ENABLED)), width)

    def _concatenate(self, name: str) -> None:
        both = [self.wire() for _ in range(self.pick((2, 2, 3)))]
        wire = self.drawing.add(name, "Concatenate", *(wire for wire, _ in both), dim=-1)
        self.add(wire, f"{name} of {len(self.wires)}")

    def _part(self, name: str) -> None:
        """A graph, once or several times, with arguments as formulas over this one's."""
        part = self.pick(sorted(self.parts))
        wire, width = self.wire()
        keeps = self.parts[part] == "x"
        more: dict[str, Any] = {}
        if keeps:
            more["enabled"] = self.pick(ENABLED)
            more["repeat"] = self.pick(
                (None, None, 2, "=layers", Repeat(3, "{name}{i + 1}"), Repeat("=layers", "{name}{i + 1}"))
            )
        widths = ("=width", "=width + 1", 3, "=width * 2") + (("=width + i",) if more.get("repeat") else ())
        arguments: dict[str, Any] = {}
        if self.pick((True, False)):
            arguments["width"] = self.pick(widths)
        if self.pick((True, False)):
            arguments["deep"] = self.pick((True, False, "=deep", "=not deep"))
        if self.pick((True, False)):
            arguments["layers"] = self.pick((1, "=layers", "=layers + 1"))
        if self.pick((True, False)):
            arguments["p"] = self.pick((0.25, "=p", "=p / 2"))
        wire = self.drawing.add(name, f"graph:{part}", wire, **arguments, **more)
        self.add(wire, width if keeps else f"{name} of {len(self.wires)}")

    def _scanned(self, name: str) -> None:
        keeping = [part for part, gives in sorted(self.parts.items()) if gives == "x"]
        if self.rank != 3 or not keeping:
            return self._kept(name)
        wire, width = self.wire()
        scan = Scan(sliced=("x",), dim=1, reverse=self.pick((True, False)))
        made = self.drawing.add(
            name, f"graph:{self.pick(keeping)}", scan=scan, wired={"x": wire}, enabled=self.pick(ENABLED)
        )
        self.add(made, width)
        return None

    def _chosen(self, name: str) -> None:
        """One of several blocks, or of several graphs, which all give what is as wide."""
        wire, width = self.wire()
        parts = [part for part, gives in sorted(self.parts.items()) if gives == "x"]
        is_graph = bool(parts) and self.pick((True, False))
        wanted = self.pick(("=x.features", "=x.features", "=width", "=width + 1", 3))
        keeps = width == "x" and (wanted == "=x.features" or is_graph)
        options: list[tuple[str, dict[str, Any]]] = [("Linear", {"out_features": wanted})] * 2
        if is_graph:
            given = ({}, {"width": "=width"}, {"width": 2, "deep": "=deep"})
            options = [(f"graph:{part}", arguments) for part in parts for arguments in given]
        elif keeps:
            options += [found for found in KEEPING if found[0] != "BatchNorm1d"]
        cases = [
            Case(when, use(what), arguments) for when in self.pick(WHENS) for what, arguments in [self.pick(options)]
        ]
        what, arguments = self.pick(options)
        made = self.drawing.add(
            name, what, wired={"x" if is_graph else "input": wire}, cases=cases,
            enabled=self.pick(ENABLED) if keeps else None, **arguments,
        )  # fmt: skip
        self.add(made, width if keeps or is_graph else str(wanted))

    def _recurrent(self, name: str) -> None:
        """Blocks that give several values, each another number of them; which one it is depends on the arguments."""
        if self.rank != 3:
            return self._chosen(name)
        wire, _ = self.wire()
        wanted = self.pick(("=x.features", "=width", 3))
        cases = [
            Case(when, use(self.pick(("LSTM", "GRU", "RNN"))), {"hidden_size": wanted})
            for when in self.pick(((), (), *WHENS))
        ]
        made = self.drawing.add(name, self.pick(("LSTM", "GRU")), wire, cases=cases, hidden_size=wanted)
        if self.pick((True, False)):
            last = self.drawing.add(f"{name}_last", "Rearrange", made["h_n"], pattern="1 b f -> b 1 f")
            made = self.drawing.add(f"{name}_sum", "Add", made, last)
        self.add(made, str(wanted) if wanted != "=x.features" else "x")
        return None


WHENS = (('kind == "odd"',), ('kind != "plain"',), ('kind == "odd"', 'kind == "wide"'))
STEPS = ("linear", "stack", "kept", "kept", "join", "join", "concatenate", "chosen", "recurrent", "part", "scanned")
KEEPING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ReLU", {}),
    ("Dropout", {"p": "=p"}),
    ("Dropout", {}),
    ("LayerNorm", {}),
    ("BatchNorm1d", {}),
    ("Linear", {"out_features": "=x.features"}),
    ("Scale", {"scale": "=p + 1"}),
    ("Softplus", {"beta": "=p + 0.5"}),
    ("Square", {}),
    ("AddNoise", {}),
)


def _sheet(draw: Any, name: str, parts: dict[str, str], rank: int, most: int, *, keeps: bool = False) -> Sheet:
    sheet = Sheet(draw, name, parts, rank)
    for _ in range(draw(st.integers(1, most))):
        sheet.step()
    return sheet


@st.composite
def documents(draw: Any) -> Document:
    """A document, its parts first; some nodes are bypassed or muted."""
    rank = draw(st.sampled_from([2, 2, 3]))
    parts: dict[str, str] = {}
    drawings: list[Drawing] = []
    for name in ("Part", "Other")[: draw(st.integers(0, 2))]:
        sheet = _sheet(draw, name, {}, 2 if rank == 3 else rank, 4)
        wire, width = sheet.wires[-1]
        if draw(st.booleans()) and width != "x":
            wire, width = sheet.drawing.add("back", "Linear", wire, out_features="=x.features"), "x"
        sheet.drawing.output("x" if draw(st.booleans()) else "output", wire)
        parts[name] = width
        drawings.append(sheet.drawing)
    net = _sheet(draw, "Net", parts, rank, 7)
    net.drawing.output("y", net.wires[-1][0])
    if draw(st.booleans()):
        net.drawing.output(draw(st.sampled_from(["x", "second", "fc"])), net.wire()[0])
    return _assembled(draw, [*drawings, net.drawing], rank)


def _assembled(draw: Any, drawings: list[Drawing], rank: int) -> Document:
    chosen = draw(st.lists(st.sampled_from(PRESETS), min_size=1, max_size=3, unique_by=str))
    shape = ("B", "T", 5) if rank == 3 else ("B", 5)
    given = {argument.name: f"={argument.name}" for argument in ARGUMENTS}
    made = Document(
        arguments=ARGUMENTS,
        graphs=graphs(library(), *drawings),
        models={"net": Model(name="net", graph="Net", arguments=given, inputs={"x": InputType(shape)})},
        presets={"abc"[at]: Preset(name="abc"[at], arguments=values) for at, values in enumerate(chosen)},
        preset="a",
    )
    for graph in list(made.graphs):
        for node in (found for found in made.graphs[graph].nodes if not found.endswith("_last")):
            how = draw(st.sampled_from([None] * 12 + ["bypass", "mute"]))
            if how is not None:
                made = changed(made, graph, node, **{how: True})
    return made

"""The document: what a person drew, as one immutable value. Everything else is derived from it.

Values of arguments are plain JSON values (lists as tuples); a string that starts with ``=`` is a formula. Mappings are
never changed in place: an edit makes a new mapping and shares what it did not touch, so that a view redraws what
differs by identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

Value = Any
"""None, bool, int, float, str, a tuple of these, or a formula (a string that starts with ``=``)."""

BOUNDARY = "@"
"""The node id that stands for the graph itself: its inputs are sources of wires, its outputs are targets."""

SELF = "self"
"""The output port of a graph or model node that gives the module itself instead of calling it."""


class Kind(StrEnum):
    """What a node can be an instance of."""

    BLOCK = "block"
    GRAPH = "graph"
    MODEL = "model"


class Use(Struct, frozen=True):
    """What a node is: a block of the library, a graph of this document, or a model of it (in step graphs)."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}"


class Case(Struct, frozen=True):
    """One alternative of a node, taken where ``when`` is true and no earlier one was. All share the node's name."""

    when: str
    use: Use
    arguments: Mapping[str, Value] = {}


class Repeat(Struct, frozen=True):
    """Copies in series, each its own module. What comes out goes into the next copy's input of the same name (or the
    only one); an input that no output feeds is given to every copy. The node's own arguments see the index ``i``.
    """

    count: Value
    keys: str = "{name}.{i}"


class Scan(Struct, frozen=True):
    """One module run step by step along a dimension. ``sliced`` inputs give one step each; an output named like an
    input is carried to the next step and keeps its type, and the last one comes out; other outputs are stacked along
    ``dim``. With nothing sliced, ``count`` says how often.
    """

    sliced: tuple[str, ...] = ()
    dim: int = 1
    count: Value = None
    reverse: bool = False


class Node(Struct, frozen=True, kw_only=True):
    """One box on the canvas. ``name`` is the attribute in the code; ``id`` stays when the name changes.

    ``ties`` maps an own parameter (``weight``) to the path of another node's within the same graph
    (``transformer.wte.weight``): one tensor.
    """

    id: str
    name: str
    use: Use
    cases: tuple[Case, ...] = ()
    arguments: Mapping[str, Value] = {}
    repeat: Repeat | None = None
    scan: Scan | None = None
    enabled: str | None = None
    shares: str | None = None
    ties: Mapping[str, str] = {}
    bypass: bool = False
    mute: bool = False
    note: str = ""
    unknown: Mapping[str, Any] = {}
    """Fields of a newer or foreign file that this version does not know, written back as they were."""

    @property
    def uses(self) -> tuple[Use, ...]:
        """What it is, and what it is where one of its cases holds."""
        return (self.use, *(case.use for case in self.cases))


class End(Struct, frozen=True):
    """One end of a wire."""

    node: str
    port: str

    def __str__(self) -> str:
        return f"{self.node}.{self.port}"


class Edge(Struct, frozen=True):
    """A wire from an output port to an input port. ``order`` sorts the wires of a variadic input."""

    source: End
    target: End
    order: int = 0


class Argument(Struct, frozen=True, kw_only=True):
    """A constructor argument of a graph, or an argument of the whole document.

    ``kind``: ``int``, ``float``, ``bool``, ``str``, ``choice``, ``ints``, ``floats`` or ``table`` (rows, each a list of
    numbers and texts; ``columns`` names them).
    """

    name: str
    kind: str = "int"
    default: Value = None
    help: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    multiple_of: int = 1
    """What an int must be divisible by: then a formula's ``filters // 4`` leaves no remainder."""


class GraphPort(Struct, frozen=True):
    """An input or output of a graph. A ``module`` input takes a model or graph by its ``self`` port."""

    name: str
    help: str = ""
    module: bool = False
    optional: bool = False


class Initial(Struct, frozen=True, kw_only=True):
    """How a parameter starts: a ``torch.nn.init`` method for one parameter of some nodes.

    ``nodes`` holds names of nodes (dotted into subgraphs) or of block kinds (``Conv2d``: every one, at any depth).
    Later entries win. Arguments may be formulas over the graph's arguments.
    """

    nodes: tuple[str, ...]
    parameter: str
    method: str
    arguments: Mapping[str, Value] = {}


class Graph(Struct, frozen=True, kw_only=True):
    """One class in the generated code. ``nodes`` is keyed by node id, in document order."""

    name: str
    summary: str = ""
    arguments: tuple[Argument, ...] = ()
    inputs: tuple[GraphPort, ...] = ()
    outputs: tuple[GraphPort, ...] = ()
    nodes: Mapping[str, Node] = {}
    edges: tuple[Edge, ...] = ()
    sequential: bool = False
    initial: tuple[Initial, ...] = ()
    unknown: Mapping[str, Any] = {}

    def argument(self, name: str) -> Argument | None:
        return next((argument for argument in self.arguments if argument.name == name), None)

    def named(self, name: str) -> Node | None:
        """The first node of that name (alternatives of one module share it)."""
        return next((node for node in self.nodes.values() if node.name == name), None)

    def edges_into(self, node: str, port: str | None = None) -> list[Edge]:
        """Wires that enter a node (or one port of it), in their order."""
        found = [e for e in self.edges if e.target.node == node and (port is None or e.target.port == port)]
        return sorted(found, key=lambda edge: edge.order)

    def edges_from(self, node: str, port: str | None = None) -> list[Edge]:
        return [e for e in self.edges if e.source.node == node and (port is None or e.source.port == port)]


class InputType(Struct, frozen=True):
    """Type of a model's input. A size is an int, a formula over the document's arguments, or unknown (``B``, ``T``)."""

    shape: tuple[Value, ...]
    dtype: str = "float32"


class Model(Struct, frozen=True, kw_only=True):
    """A weight-bearing instance of a graph. ``average_of`` names the model that it follows as
    ``average <- decay * average + (1 - decay) * source`` after each step; it gets no gradients.
    """

    name: str
    graph: str
    arguments: Mapping[str, Value] = {}
    inputs: Mapping[str, InputType] = {}
    frozen: bool = False
    weights: str = ""
    average_of: str = ""
    decay: Value = 0.99


class DataSource(Struct, frozen=True):
    """A source block and its arguments: what a recipe trains on. ``act``, for an environment: the graph that chooses
    what to do from what is observed.
    """

    block: str
    arguments: Mapping[str, Value] = {}
    act: str = ""


class Optimiser(Struct, frozen=True):
    """A class of ``torch.optim`` and its arguments."""

    name: str = "AdamW"
    arguments: Mapping[str, Value] = {}


class Schedule(Struct, frozen=True):
    """How the learning rate changes over a stage's steps: ``constant``, ``cosine``, ``linear``, ``step``, ``noam`` or
    ``one_cycle``, with arguments such as ``warmup`` (steps) and ``final`` (fraction of the peak).
    """

    name: str = "constant"
    arguments: Mapping[str, Value] = {}


class Phase(Struct, frozen=True, kw_only=True):
    """One step graph, the output to minimise, and the models that it updates.

    Where ``minimise`` is empty no gradient is taken and no optimiser made: the step itself writes what it finds into
    the models' state (a closed form, a running count). Optimiser, schedule and clipping then mean nothing.
    ``feeds`` maps the step graph's inputs to the source's fields where their names differ.
    """

    name: str
    step: str
    minimise: str = "loss"
    models: tuple[str, ...]
    arguments: Mapping[str, Value] = {}
    feeds: Mapping[str, str] = {}
    optimiser: Optimiser = Optimiser()
    schedule: Schedule = Schedule()
    clip_norm: Value = None
    clip_value: Value = None
    every: Value = 1


class Stage(Struct, frozen=True, kw_only=True):
    """Phases that take turns at every step, for a number of steps."""

    name: str = "train"
    steps: Value = 1000
    phases: tuple[Phase, ...]


class Evaluation(Struct, frozen=True, kw_only=True):
    """A graph run over a whole split in eval mode. Its outputs are metric blocks, which accumulate."""

    name: str
    graph: str
    split: str = "validation"
    every: Value = None
    arguments: Mapping[str, Value] = {}
    feeds: Mapping[str, str] = {}


class Preview(Struct, frozen=True, kw_only=True):
    """A graph run now and then for the user to look at. ``show``: images, masks, boxes, keypoints, text, curve,
    scatter, matrix, table, bars, graph or frames.
    """

    name: str
    graph: str
    show: str
    split: str = "validation"
    count: int = 16
    every: Value = None
    arguments: Mapping[str, Value] = {}
    feeds: Mapping[str, str] = {}


class Recipe(Struct, frozen=True, kw_only=True):
    """How the models learn: data, stages of phases, evaluations and previews."""

    data: DataSource
    stages: tuple[Stage, ...]
    evaluations: tuple[Evaluation, ...] = ()
    previews: tuple[Preview, ...] = ()
    batch_size: Value = 64
    eval_batch_size: Value = 256
    precision: str = "float32"
    seed: Value = 0
    device: str = "auto"


class Goal(Struct, frozen=True, kw_only=True):
    """What a preset must reach: ``at_least`` or ``at_most`` a value of one evaluation's metric."""

    evaluation: str
    metric: str
    at_least: float | None = None
    at_most: float | None = None
    baseline: str = ""
    ruin: str = ""


class Preset(Struct, frozen=True, kw_only=True):
    """Named values for the document's arguments and for the recipe, nothing else.

    ``recipe`` is keyed by the field's path: ``batch_size``, ``stages.train.steps``,
    ``stages.train.generator.optimiser.lr``, ``evaluations.test.every``.
    """

    name: str
    summary: str = ""
    arguments: Mapping[str, Value] = {}
    data: DataSource | None = None
    recipe: Mapping[str, Value] = {}
    goal: Goal | None = None


class Credit(Struct, frozen=True, kw_only=True):
    """Where an architecture comes from."""

    title: str = ""
    authors: str = ""
    year: int | None = None
    link: str = ""


class Frame(Struct, frozen=True, kw_only=True):
    """A titled rectangle behind some nodes; it is drawn around them."""

    title: str
    nodes: tuple[str, ...]
    colour: str = ""


class GraphLayout(Struct, frozen=True):
    """Where a graph's nodes lie, by node id; ``@in:x`` and ``@out:y`` are its boundary's boxes."""

    positions: Mapping[str, tuple[float, float]] = {}
    frames: tuple[Frame, ...] = ()


class Code(Struct, frozen=True, kw_only=True):
    """Python of the document's own: the text, line by line, of one ``nn.Module`` class that has the name. A node uses
    it as it would use a block of the library, before which it goes.
    """

    name: str
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join((*self.lines, ""))


class Document(Struct, frozen=True, kw_only=True):
    """Everything a person drew. ``graphs``, ``models`` and ``codes`` are keyed by name, in document order."""

    title: str = "Untitled"
    summary: str = ""
    credit: Credit = Credit()
    lesson: str = ""
    arguments: tuple[Argument, ...] = ()
    graphs: Mapping[str, Graph] = {}
    models: Mapping[str, Model] = {}
    codes: Mapping[str, Code] = {}
    recipe: Recipe | None = None
    presets: Mapping[str, Preset] = {}
    preset: str = ""
    layout: Mapping[str, GraphLayout] = {}
    template: str = ""
    """The template that it was opened from: what has been changed since can be said."""
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def chosen(self, preset: str | None = None) -> Preset | None:
        """The preset of that name, else the document's own choice."""
        return self.presets.get(preset or self.preset)

    def values(self, preset: str | None = None) -> dict[str, Value]:
        """The document's arguments under a preset."""
        values = {argument.name: argument.default for argument in self.arguments}
        chosen = self.chosen(preset)
        if chosen is not None:
            values.update(chosen.arguments)
        return values

    def models_in(self, graph: str) -> tuple[str, ...]:
        """The models that a graph calls, itself or in the graphs that it holds, in the order of their first use."""
        found: dict[str, None] = {}
        self._collect_models(graph, found, set())
        return tuple(found)

    def _collect_models(self, graph: str, found: dict[str, None], seen: set[str]) -> None:
        if graph in seen or graph not in self.graphs:
            return
        seen.add(graph)
        for node in self.graphs[graph].nodes.values():
            for use in node.uses if not node.mute else ():
                if use.kind is Kind.MODEL:
                    found[use.name] = None
                elif use.kind is Kind.GRAPH:
                    self._collect_models(use.name, found, seen)

    def step_graphs(self) -> Iterator[str]:
        """Names of the graphs that the recipe runs, each once, in order."""
        seen: set[str] = set()
        if self.recipe is None:
            return
        phases = [phase.step for stage in self.recipe.stages for phase in stage.phases]
        acting = [self.recipe.data.act] if self.recipe.data.act else []
        looks = [*(e.graph for e in self.recipe.evaluations), *(p.graph for p in self.recipe.previews)]
        for name in (*acting, *phases, *looks):
            if name not in seen:
                seen.add(name)
                yield name

"""Random documents, over names of blocks only: no block need exist."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.document import (
    BOUNDARY,
    Argument,
    Case,
    Code,
    Credit,
    DataSource,
    Document,
    Edge,
    End,
    Evaluation,
    Frame,
    Goal,
    Graph,
    GraphLayout,
    GraphPort,
    Initial,
    InputType,
    Kind,
    Model,
    Node,
    Phase,
    Preset,
    Recipe,
    Repeat,
    Scan,
    Stage,
    Use,
)

NAMES = ["conv", "bn", "relu", "fc", "head", "stem", "x", "y", "layer1", "norm_2"]
names = st.sampled_from(NAMES)
ports = st.sampled_from(["input", "output", "skip", "hidden"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
formulas = st.sampled_from(["=planes", "=planes * 4", "=2 if planes == 1 else 1", "=x.channels // 2", "=(", "="])
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | formulas
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)
counts = st.integers(0, 9) | st.just("=planes")
uses = st.builds(Use, st.sampled_from(Kind), st.sampled_from(["Conv2d", "Linear", "Block", "net", "Ünknown thing"]))
arguments = st.dictionaries(names, values, max_size=3)
codes = st.dictionaries(names, st.lists(texts, max_size=3).map(tuple), max_size=2).map(
    lambda found: {name: Code(name=name, lines=lines) for name, lines in found.items()}
)
cases = st.builds(Case, formulas, uses, arguments)
positions = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))


@st.composite
def nodes(draw: Any) -> dict[str, Node]:
    ids = draw(st.lists(names, unique=True, max_size=6))
    return {
        identity: draw(
            st.builds(
                Node,
                id=st.just(identity),
                name=st.just(identity) | names,
                use=uses,
                cases=st.lists(cases, max_size=2).map(tuple),
                arguments=arguments,
                repeat=st.none() | st.builds(Repeat, counts),
                scan=st.none() | st.builds(Scan, st.lists(ports, max_size=2).map(tuple), st.integers(0, 3)),
                enabled=st.none() | formulas,
                shares=st.none() | names,
                ties=st.dictionaries(st.just("weight"), names.map(lambda name: f"{name}.weight")),
                bypass=st.booleans(),
                mute=st.booleans(),
                note=texts,
            )
        )
        for identity in ids
    }


@st.composite
def graphs(draw: Any, name: str) -> Graph:
    inside = draw(nodes())
    ends = st.builds(End, st.sampled_from([*inside, BOUNDARY]), ports)
    return Graph(
        name=name,
        summary=draw(texts),
        arguments=(Argument(name="planes", default=draw(st.integers(0, 9)), low=draw(st.none() | st.just(1.0))),),
        inputs=(GraphPort("x"),),
        outputs=(GraphPort("y", draw(texts), False, draw(st.booleans())),),
        nodes=inside,
        edges=tuple(draw(st.lists(st.builds(Edge, ends, ends, st.integers(0, 3)), max_size=6))),
        sequential=draw(st.booleans()),
        initial=tuple(
            draw(st.lists(st.just(Initial(nodes=("Conv2d",), parameter="weight", method="ones_")), max_size=1))
        ),
    )


@st.composite
def documents(draw: Any) -> Document:
    made = {name: draw(graphs(name)) for name in draw(st.lists(st.sampled_from(["Net", "Block", "Step"]), unique=True))}
    models = {
        "net": Model(name="net", graph="Net", inputs={"x": InputType(("B", 3, "=size"))}, decay=draw(st.just(0.5)))
    }
    phase = Phase(name="p", step="Step", models=("net",), every=draw(counts), clip_norm=draw(st.none() | st.just(1.5)))
    recipe = Recipe(
        data=DataSource("Digits", draw(arguments)),
        stages=(Stage(phases=(phase,), steps=draw(counts)),),
        evaluations=(Evaluation(name="test", graph="Step"),),
    )
    preset = Preset(
        name="quick",
        arguments=draw(arguments),
        recipe={"stages.train.steps": draw(st.integers(0, 100))},
        goal=draw(st.none() | st.just(Goal(evaluation="test", metric="accuracy", at_least=0.5))),
    )
    layout = {
        name: GraphLayout(
            draw(st.dictionaries(names, positions, max_size=4)),
            tuple(draw(st.lists(st.builds(Frame, title=texts, nodes=st.just(("conv",))), max_size=1))),
        )
        for name in made
    }
    return Document(
        title=draw(texts),
        credit=Credit(title=draw(texts), year=draw(st.none() | st.integers(1900, 2100))),
        lesson=draw(texts),
        arguments=(Argument(name="size", default=8),),
        graphs=made,
        models=models,
        codes=draw(codes),
        recipe=draw(st.none() | st.just(recipe)),
        presets=draw(st.just({}) | st.just({"quick": preset})),
        preset="quick",
        layout=layout,
    )

"""GraphSAGE, GIN and gated graph networks

Paper: Inductive Representation Learning on Large Graphs
Authors: William L. Hamilton, Rex Ying and Jure Leskovec
Year: 2017
Link: https://arxiv.org/abs/1706.02216
Parameters: 184,391

What should a vertex do with what its neighbours say? GraphSAGE takes their mean and keeps apart what it knew itself,
under weights of its own. Nothing of the whole graph has to be known for that, so the rule that was learnt works on
vertices, and on graphs, that come later. GIN takes the sum instead, and a gated network remembers like a recurrent one.

All three send a message along each edge, gather what arrives, and make the vertex anew; `form` says how. "sage" is
`h' = W_l mean(h_u) + b + W_r h` over the neighbours `u`: `lin_l` hears, `lin_r` remembers. A GCN mixes a vertex with
its neighbours before it weighs them, so it cannot see that one differs from the others. "gin" (Xu and others, 2018,
arXiv 1810.00826) is `h' = mlp(h + Σ h_u)`. A mean forgets how many there were, a maximum how often; a sum, followed by
two layers, tells apart all neighbourhoods that any such net can. "ggnn" (Li and others, 2015, arXiv 1511.05493) fills
what a vertex knows up with zeros, makes `m = Σ W_t h_u` in each of its `rounds` and gives it to one gated unit,
`h' = gru(m, h)`, which decides what to keep. `layers` of these follow each other, with a relu and dropout between.

GraphSAGE's authors hear a sample of the neighbours, so that a step costs the same on any graph, and make the outcome's
length 1; here, as in PyTorch Geometric, all are heard. They also tried a maximum and an LSTM in place of the mean. What
an edge itself says, and one answer for a whole graph, come with the MPNN.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    Case,
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
    Repeat,
    Scan,
)
from app.core.draw import Drawing, choice, flag, real, use, whole
from templates._template import document
from templates.graph._vertices import vertex_recipe, vertex_steps

NAME = "graphsage_gin_mpnn"

FORM = choice("form", "sage", "sage", "gin", "ggnn", help="Mean and memory apart, sum and bend, or gated.")
HIDDEN = whole("hidden", 64, low=1, help="Numbers that a vertex is described by between the layers.")
CLASSES = whole("classes", 7, low=2, help="How many classes there are to tell apart.")
LAYERS = whole("layers", 2, low=1, help="After as many a vertex has heard from that many steps away.")
ROUNDS = whole("rounds", 3, low=1, help="Times that a layer of “ggnn” sends messages.")
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of numbers silenced between layers in training.")
FEATURES = whole("features", 64, low=1, help="Numbers that a vertex is described by afterwards.")
_OWN = (FORM, HIDDEN, CLASSES, LAYERS, ROUNDS, DROPOUT)


def graphsage_gin_mpnn() -> Document:
    return document(
        __doc__,
        _net(),
        _layer(),
        _sage(),
        _isomorphism(),
        _mlp(),
        _gated(),
        _round(),
        *vertex_steps(NAME),
        arguments=[
            whole("vertices", 2708, low=10, help="Vertices of the graph."),
            whole("features", 1433, low=1, help="Numbers that come with each vertex."),
            *_OWN,
        ],
        models=[
            Model(
                name=NAME,
                graph="GNN",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"x": InputType(("V", "=features")), "edge_index": InputType((2, "E"), "int64")},
            )
        ],
        recipe=vertex_recipe(
            NAME,
            DataSource("BlockGraph", {"vertices": "=vertices", "classes": "=classes", "features": "=features"}),
            steps=200,
            optimiser=Optimiser("Adam", {"lr": 0.01, "weight_decay": 5e-4}),
        ),
        presets=_presets(),
        layout={"SAGEConv": GraphLayout(frames=_FRAMES)},
    )


def _presets() -> list[Preset]:
    return [
        Preset(name="paper", summary="GraphSAGE at the size of the citation network Cora."),
        Preset(
            name="gin",
            summary="GIN with five layers, for molecules: seven kinds of atoms and two classes.",
            arguments={"form": "gin", "layers": 5, "vertices": 400, "features": 7, "classes": 2, "dropout": 0.0},
        ),
        Preset(
            name="ggnn",
            summary="A gated network of three rounds; a vertex begins with 32 numbers and has room for 64.",
            arguments={"form": "ggnn", "layers": 1, "features": 32, "classes": 64},
        ),
        Preset(
            name="quick",
            summary="GraphSAGE learns who rebels against its neighbours, and is asked on a graph that it never saw.",
            arguments={"vertices": 3000, "features": 2, "classes": 2, "dropout": 0.0},
            data=DataSource("RebelGraph", {"vertices": "=vertices"}),
            recipe={
                "stages.train.steps": 400,
                "stages.train.learn.optimiser.lr": 0.02,
                "stages.train.learn.optimiser.weight_decay": 0.0,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.9,
                baseline="0.66 by a perceptron on a vertex and the means over one step and two",
                ruin="0.59 where a vertex forgets itself",
            ),
        ),
    ]


def _net() -> Drawing:
    net = Drawing("GNN", "Layers of messages: each vertex hears from one step further away.", arguments=_OWN)
    x, edges = net.input("x", "A row of numbers for each vertex"), net.input("edge_index", "From and to")
    given: dict[str, Any] = {"form": "=form", "rounds": "=rounds", "dropout": "=dropout"}
    x = net.add(
        "hidden_layers",
        "graph:Layer",
        x,
        edges,
        repeat=Repeat("=layers - 1"),
        enabled="=layers > 1",
        features="=hidden",
        **given,
    )
    net.output("logits", net.add("last", "graph:Layer", x, edges, features="=classes", last=True, **given))
    return net


def _layer() -> Drawing:
    last = flag("last", False, help="Whether what comes out is the answer; else it is bent.")
    graph = Drawing(
        "Layer",
        "Messages of one of three forms, then a bend.",
        arguments=[FORM, FEATURES, last, ROUNDS, DROPOUT],
    )
    x, edges = graph.input("x"), graph.input("edge_index")
    cases = [
        Case("=form == 'gin'", use("graph:GINConv"), {"features": "=features"}),
        Case("=form == 'ggnn'", use("graph:GatedGraphConv"), {"features": "=features", "rounds": "=rounds"}),
    ]
    x = graph.add("conv", "graph:SAGEConv", x, edges, cases=cases, features="=features")
    x = graph.add("relu", "ReLU", x, enabled="=not last")
    graph.output("x", graph.add("dropout", "Dropout", x, p="=dropout", enabled="=not last"))
    return graph


_FRAMES = (
    Frame(title="What it hears", nodes=("mean", "lin_l")),
    Frame(title="What it knew", nodes=("lin_r",)),
)


def _sage() -> Drawing:
    graph = Drawing(
        "SAGEConv",
        "The mean of the neighbours and the vertex itself, each under its own weights.",
        arguments=[FEATURES],
    )
    x, edges = graph.input("x"), graph.input("edge_index")
    mean = graph.add("mean", "Propagate", x, edges, reduction="mean")
    heard = graph.add("lin_l", "Linear", mean, out_features="=features")
    known = graph.add("lin_r", "Linear", x, out_features="=features", bias=False)
    graph.output("output", graph.add("add", "Add", heard, known))
    return graph


def _isomorphism() -> Drawing:
    graph = Drawing("GINConv", "The vertex and the sum of its neighbours, through two layers.", arguments=[FEATURES])
    x, edges = graph.input("x"), graph.input("edge_index")
    total = graph.add("total", "Add", x, graph.add("sum", "Propagate", x, edges, reduction="sum"))
    graph.output("output", graph.add("nn", "graph:MLP", total, features="=features"))
    return graph


def _mlp() -> Drawing:
    graph = Drawing("MLP", "Two layers with a bend between.", arguments=[FEATURES])
    x = graph.add("lin1", "Linear", graph.input("x"), out_features="=features")
    graph.output("output", graph.add("lin2", "Linear", graph.add("relu", "ReLU", x), out_features="=features"))
    return graph


def _gated() -> Drawing:
    graph = Drawing(
        "GatedGraphConv",
        "Rounds of messages, each with a matrix of its own, into one gated unit.",
        arguments=[FEATURES, ROUNDS],
        initial=(
            Initial(
                nodes=("weight",),
                parameter="",
                method="uniform_",
                arguments={"a": "=-1 / features ** 0.5", "b": "=1 / features ** 0.5"},
            ),
        ),
    )
    x, edges = graph.input("x"), graph.input("edge_index")
    x = graph.add("pad", "Pad", x, pad="=(0, features - x.features)", enabled="=features > x.features")
    matrices = graph.add("weight", "Parameter", sizes="=(rounds, features, features)")
    done = graph.add(
        "round",
        "graph:GatedRound",
        wired={"h": x, "weight": matrices, "edge_index": edges},
        scan=Scan(sliced=("weight",), dim=0),
    )
    graph.output("output", done["h"])
    return graph


def _round() -> Drawing:
    graph = Drawing("GatedRound", "What arrives goes into the gated unit, which decides what to forget for it.")
    h, weight, edges = graph.input("h", "The vertices"), graph.input("weight"), graph.input("edge_index")
    messages = graph.add("messages", "MatMul", h, weight)
    arrived = graph.add("sum", "Propagate", messages, edges, reduction="sum")
    graph.output("h", graph.add("rnn", "GRUCell", arrived, h, hidden_size="=h.features"))
    return graph

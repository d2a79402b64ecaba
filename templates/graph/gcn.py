"""GCN

Paper: Semi-Supervised Classification with Graph Convolutional Networks
Authors: Thomas N. Kipf and Max Welling
Year: 2016
Link: https://arxiv.org/abs/1609.02907
Parameters: 23,063

Papers cite papers on their own subject, people know people like themselves: who is joined to whom says as much as what
is known of each. A graph convolution lets each vertex take the mean of its neighbours and itself, then a weighted sum;
after two of them it has heard from two steps away. A few labelled vertices are enough to label all of them.

A layer computes `Â X W + b` with `Â = D^-½ (A + I) D^-½`: `A` holds the edges, `I` lets a vertex hear itself, and `D`
counts neighbours, so that vertices with many of them do not shout. `conv1` goes from the features to `hidden`, `conv2`
to the `classes`. The whole graph is one batch; the loss looks only at the vertices in `train_mask`, but the gradient
reaches all through the edges.

At the size of the citation network Cora (1433 words, 7 subjects) it has 23,063 parameters. Later nets weighted the
neighbours (GAT), sampled them (GraphSAGE), or let them send messages that depend on the edge (MPNN); with many layers
all vertices become alike, which shortcuts only delay.
"""

from __future__ import annotations

from app.core.document import DataSource, Document, Goal, Initial, InputType, Model, Optimiser, Preset
from app.core.draw import Drawing, real, whole
from templates._template import document
from templates.graph._vertices import vertex_recipe, vertex_steps

NAME = "gcn"

HIDDEN = whole("hidden", 16, low=1, help="Numbers that a vertex is described by between the layers.")
CLASSES = whole("classes", 7, low=2, help="How many classes there are to tell apart.")
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of numbers silenced at each training step.")


def gcn() -> Document:
    return document(
        __doc__,
        _gcn(),
        _convolution(),
        *vertex_steps(NAME),
        arguments=[
            whole("vertices", 2708, low=10, help="Vertices of the graph."),
            whole("features", 1433, low=1, help="Numbers that come with each vertex."),
            HIDDEN,
            CLASSES,
            DROPOUT,
        ],
        models=[
            Model(
                name=NAME,
                graph="GCN",
                arguments={"hidden": "=hidden", "classes": "=classes", "dropout": "=dropout"},
                inputs={
                    "x": InputType(("=vertices", "=features")),
                    "edge_index": InputType((2, "E"), "int64"),
                },
            )
        ],
        recipe=vertex_recipe(
            NAME,
            DataSource("BlockGraph", {"vertices": "=vertices", "classes": "=classes", "features": "=features"}),
            steps=200,
            optimiser=Optimiser("Adam", {"lr": 0.01, "weight_decay": 5e-4}),
            every=20,
            shown_every=50,
        ),
        presets=[
            Preset(name="paper", summary="At the size of the citation network Cora."),
            Preset(
                name="quick",
                summary="A made graph in which neither the features nor the edges alone are enough.",
                arguments={"vertices": 1000, "features": 64, "classes": 5},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.77,
                    baseline="0.72 by logistic regression on the features and the neighbours' mean",
                    ruin="0.55 without neighbours",
                ),
            ),
        ],
    )


def _gcn() -> Drawing:
    net = Drawing(
        "GCN", "Two convolutions over the neighbours.", arguments=[HIDDEN, CLASSES, DROPOUT], initial=_INITIAL
    )
    x, edges = net.input("x", "A row of numbers for each vertex"), net.input("edge_index", "From and to")
    adjacency = net.add("adjacency", "NormalizedAdjacency", edges, x, sparse=True)
    x = net.add("dropout1", "Dropout", x, p="=dropout")
    x = net.add("conv1", "graph:GraphConvolution", x, adjacency, features="=hidden")
    x = net.add("relu", "ReLU", x)
    x = net.add("dropout2", "Dropout", x, p="=dropout")
    net.output("logits", net.add("conv2", "graph:GraphConvolution", x, adjacency, features="=classes"))
    return net


_INITIAL = (Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_"),)


def _convolution() -> Drawing:
    graph = Drawing(
        "GraphConvolution",
        "A weighted sum of each vertex, then the mean over its neighbours.",
        arguments=[whole("features", 16, low=1, help="Numbers that a vertex is described by afterwards.")],
    )
    x, adjacency = graph.input("x"), graph.input("adjacency", "How much each vertex takes from each other")
    x = graph.add("lin", "Linear", x, out_features="=features", bias=False)
    x = graph.add("propagate", "MatMul", adjacency, x)
    bias = graph.add("bias", "Parameter", sizes="=(features,)")
    graph.output("output", graph.add("add", "Add", x, bias))
    return graph

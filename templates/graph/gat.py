"""GAT

Paper: Graph Attention Networks
Authors: Petar Veličković, Guillem Cucurull, Arantxa Casanova, Adriana Romero, Pietro Liò and Yoshua Bengio
Year: 2017
Link: https://arxiv.org/abs/1710.10903
Parameters: 92,373

A graph convolution takes the mean of the neighbours, whoever they are. Graph attention lets each vertex decide whom it
listens to: a score for every edge, made from what both of its ends say, becomes a share by a softmax over the edges
that lead to the same vertex. Nothing needs to be known of the whole graph, so that what was learnt works on others.

In a layer each vertex becomes `h = W x`, for each of the `heads` by itself. The score of the edge from `j` to `i` is
`leaky_relu(a_src · h_j + a_dst · h_i)`, with two learnt vectors, `att_src` and `att_dst`; shares are the softmax of the
scores over all `j`, and vertex `i` gets the sum of the `h_j`, each times its share. `conv1` puts its heads side by
side, `heads * hidden` numbers; `conv2` has one head, with a number for each of the `classes`. Each vertex is its own
neighbour, too. Dropout silences features and shares, so that in training each vertex hears a sample of its neighbours.

Because the score is a sum of a part of `j` and a part of `i`, all vertices rank their neighbours alike; GATv2 (2021)
puts the leaky relu between, which lets each choose its own. A Transformer is the same on a graph where all are joined.
"""

from __future__ import annotations

from app.core.document import (
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
)
from app.core.draw import Drawing, real, whole
from templates._template import document
from templates.graph._vertices import vertex_recipe, vertex_steps

NAME = "gat"

HEADS = whole("heads", 8, low=1, help="Attentions of the first layer, each with weights of its own.")
HIDDEN = whole("hidden", 8, low=1, help="Numbers that each head makes of a vertex.")
CLASSES = whole("classes", 7, low=2, help="How many classes there are to tell apart.")
DROPOUT = real("dropout", 0.6, low=0, high=0.9, help="Share of features and of attention silenced in training.")
_OWN = (HEADS, HIDDEN, CLASSES, DROPOUT)


def gat() -> Document:
    return document(
        __doc__,
        _gat(),
        _attention(),
        *vertex_steps(NAME),
        arguments=[
            whole("vertices", 2708, low=10, help="Vertices of the graph."),
            whole("features", 1433, low=1, help="Numbers that come with each vertex."),
            *_OWN,
        ],
        models=[
            Model(
                name=NAME,
                graph="GAT",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"x": InputType(("=vertices", "=features")), "edge_index": InputType((2, "E"), "int64")},
            )
        ],
        recipe=vertex_recipe(
            NAME,
            DataSource("LoudGraph", {"vertices": "=vertices", "classes": "=classes", "features": "=features"}),
            steps=300,
            optimiser=Optimiser("Adam", {"lr": 0.005, "weight_decay": 5e-4}),
        ),
        presets=[
            Preset(name="paper", summary="At the size of the citation network Cora."),
            Preset(
                name="quick",
                summary="A made graph in which some neighbours claim loudly, and better are not believed.",
                arguments={"vertices": 1000, "features": 64, "classes": 5, "heads": 4, "dropout": 0.3},
                recipe={"stages.train.steps": 300, "stages.train.learn.optimiser.lr": 0.01},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.7,
                    baseline="0.62 by logistic regression on the features and the neighbours' mean",
                    ruin="0.50 where every neighbour gets the same share",
                ),
            ),
        ],
        layout={"GraphAttention": GraphLayout(frames=_FRAMES)},
    )


def _gat() -> Drawing:
    net = Drawing("GAT", "Two rounds of listening: several heads side by side, then one.", arguments=_OWN)
    x, edges = net.input("x", "A row of numbers for each vertex"), net.input("edge_index", "From and to")
    edges = net.add("loops", "AddSelfLoops", edges, x)
    x = net.add("dropout1", "Dropout", x, p="=dropout")
    x = net.add("conv1", "graph:GraphAttention", x, edges, features="=hidden", heads="=heads", dropout="=dropout")
    x = net.add("elu", "ELU", x)
    x = net.add("dropout2", "Dropout", x, p="=dropout")
    logits = net.add("conv2", "graph:GraphAttention", x, edges, features="=classes", heads=1, dropout="=dropout")
    net.output("logits", logits)
    return net


_BOUND = "(6 / (heads + features)) ** 0.5"
_INITIAL = (
    Initial(nodes=("lin",), parameter="weight", method="xavier_uniform_"),
    Initial(
        nodes=("att_src", "att_dst"), parameter="", method="uniform_", arguments={"a": f"=-{_BOUND}", "b": f"={_BOUND}"}
    ),
)


def _attention() -> Drawing:
    graph = Drawing(
        "GraphAttention",
        "Each vertex takes from its neighbours by shares that it chooses itself.",
        arguments=[
            whole("features", 8, low=1, help="Numbers that each head makes of a vertex."),
            HEADS,
            DROPOUT,
        ],
        initial=_INITIAL,
    )
    x, edges = graph.input("x"), graph.input("edge_index")
    source = graph.add("source", "Select", edges, dim=0, index=0)
    target = graph.add("target", "Select", edges, dim=0, index=1)
    h = graph.add("lin", "Linear", x, out_features="=heads * features", bias=False)
    h = graph.add("by_head", "Unflatten", h, dim=1, unflattened_size="=(heads, features)")

    parts = []
    for name, end in (("src", source), ("dst", target)):
        vector = graph.add(f"att_{name}", "Parameter", sizes="=(1, heads, features)")
        part = graph.add(f"part_{name}", "Dot", h, vector)
        parts.append(graph.add(f"of_{name}", "Index", part, end))
    scores = graph.add("leaky", "LeakyReLU", graph.add("scores", "Add", *parts), negative_slope=0.2)
    shares = graph.add("shares", "EdgeSoftmax", scores, edges, x)
    shares = graph.add("dropout", "Dropout", shares, p="=dropout")

    said = graph.add("said", "Index", h, source)
    messages = graph.add("messages", "Multiply", said, graph.add("column", "Unsqueeze", shares, dim=2))
    heard = graph.add("heard", "Aggregate", graph.add("side_by_side", "Flatten", messages), edges, x)
    bias = graph.add("bias", "Parameter", sizes="=(heads * features,)")
    graph.output("output", graph.add("add", "Add", heard, bias))
    return graph


_FRAMES = (
    Frame(
        title="Whom to listen to",
        nodes=(
            "att_src", "att_dst", "part_src", "part_dst", "of_src", "of_dst", "scores", "leaky", "shares", "dropout",
        ),
    ),
    Frame(title="What is heard", nodes=("said", "column", "messages", "side_by_side", "heard")),
)  # fmt: skip

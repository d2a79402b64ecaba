"""GNN: message passing

Paper: The Graph Neural Network Model
Authors: Franco Scarselli, Marco Gori, Ah Chung Tsoi, Markus Hagenbuchner and Gabriele Monfardini
Year: 2009
Link: https://doi.org/10.1109/TNN.2008.2005605
Parameters: 628

In a graph a vertex is what its neighbours make of it. A graph neural network lets each vertex send what it holds along
its edges, and makes the vertex anew from the sum of what arrives. The same weights serve every edge, so it works on
graphs of any size and form; after as many rounds as there are layers, a vertex has heard from that many steps away.

A round computes `h' = σ(Σ W h_u + b)`, the sum over all neighbours `u`: `lin` makes the message of each vertex,
`propagate` adds them up, `bias` is added once. The first round goes from the features to `hidden`, the second to the
`classes`, without `σ`, which here is a relu. There is no mean and no self-loop: the sum knows how many neighbours there
are, and a vertex hears itself only by way of others. The loss looks at the labels in `train_mask` alone.

Scarselli let the messages go on until nothing changed any more; Gilmer and others (2017) gave the family its name,
message passing, and few rounds. The GCN took means, which keeps numbers small and forgets how many there were; GIN went
back to sums and showed that these tell more graphs apart; GAT chooses whom to hear.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Goal,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
)
from app.core.draw import Drawing, whole
from templates._template import document
from templates.graph._vertices import vertex_recipe, vertex_steps

NAME = "gnn_basic"

HIDDEN = whole("hidden", 16, low=1, help="Numbers that a vertex is described by between the rounds.")
CLASSES = whole("classes", 4, low=2, help="How many classes there are to tell apart.")


def gnn_basic() -> Document:
    return document(
        __doc__,
        _gnn(),
        _round(),
        *vertex_steps(NAME),
        arguments=[
            whole("vertices", 34, low=10, help="Vertices of the graph."),
            whole("features", 34, low=1, help="Numbers that come with each vertex."),
            HIDDEN,
            CLASSES,
        ],
        models=[
            Model(
                name=NAME,
                graph="GNN",
                arguments={"hidden": "=hidden", "classes": "=classes"},
                inputs={"x": InputType(("=vertices", "=features")), "edge_index": InputType((2, "E"), "int64")},
            )
        ],
        recipe=vertex_recipe(
            NAME,
            DataSource("KarateClub"),
            steps=200,
            optimiser=Optimiser("Adam", {"lr": 0.01}),
            every=100,
            shown_every=100,
        ),
        presets=[
            Preset(name="paper", summary="Zachary's karate club: 34 members, each described by who it is."),
            Preset(
                name="quick",
                summary="A made graph whose vertices are asked for a count two steps away.",
                arguments={"vertices": 2000, "features": 4},
                data=DataSource("LoneRedGraph", {"vertices": "=vertices", "colours": "=features"}),
                recipe={"stages.train.steps": 800, "stages.train.learn.optimiser.lr": 0.02},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.9,
                    baseline="0.51 by logistic regression on sums over one and two steps",
                    ruin="0.46 without messages",
                ),
            ),
        ],
    )


def _gnn() -> Drawing:
    net = Drawing("GNN", "Two rounds of messages.", arguments=[HIDDEN, CLASSES], initial=_INITIAL)
    x, edges = net.input("x", "A row of numbers for each vertex"), net.input("edge_index", "From and to")
    x = net.add("conv1", "graph:MessagePassing", x, edges, features="=hidden")
    x = net.add("relu", "ReLU", x)
    net.output("logits", net.add("conv2", "graph:MessagePassing", x, edges, features="=classes"))
    return net


_INITIAL = (Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_"),)


def _round() -> Drawing:
    graph = Drawing(
        "MessagePassing",
        "Each vertex sends a weighted sum of what it holds, and adds up what arrives.",
        arguments=[whole("features", 16, low=1, help="Numbers that a vertex is described by afterwards.")],
    )
    x, edges = graph.input("x"), graph.input("edge_index")
    messages = graph.add("lin", "Linear", x, out_features="=features", bias=False)
    arrived = graph.add("propagate", "Propagate", messages, edges, reduction="sum")
    bias = graph.add("bias", "Parameter", sizes="=(features,)")
    graph.output("output", graph.add("add", "Add", arrived, bias))
    return graph

"""MPNN

Paper: Neural Message Passing for Quantum Chemistry
Authors: Justin Gilmer, Samuel S. Schoenholz, Patrick F. Riley, Oriol Vinyals and George E. Dahl
Year: 2017
Link: https://arxiv.org/abs/1704.01212
Parameters: 617,025

A molecule is a graph whose edges speak, too: a double bond carries another message than a single one. A message passing
network lets a small net turn what is known of each bond into a matrix, which the message along it goes through; atoms
gather messages and remember in a gated unit; in the end one vector is read out of all atoms, whatever their order.

`EdgeNetwork` makes `A(e)` from a bond's features by two layers, the first with `edge_hidden` numbers. In each of the
`rounds` an atom gets `m = relu(Σ A(e) h_u + W h + b)` over its neighbours `u`, and becomes `h' = gru(m, h)`; all rounds
share their weights. `Set2Set` reads: an LSTM asks a question `q`, each atom gets the share `softmax(h · q)` among those
of its molecule, and their weighted mean, beside the question, is what the LSTM hears next, for as many `readings`. Two
layers, the `Head`, turn the outcome into the answer. Many molecules are one batch: a graph in parts without an edge
between them, in which `graph` says to which part an atom belongs, and `size` how many atoms each part has.

The paper's name covers what came before: GCN, GraphSAGE and gated graph networks are messages, sums and updates with
other formulas. The authors predicted thirteen quantities of molecules; `W h + b` and the relu are PyTorch Geometric's.
Later nets let messages depend on distances and angles (SchNet, DimeNet), or turn with the molecule (EGNN).
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Scan,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document

NAME = "mpnn"

HIDDEN = whole("hidden", 64, low=1, help="Numbers that an atom is described by.")
EDGE_HIDDEN = whole("edge_hidden", 128, low=1, help="Numbers between a bond and its matrix.")
ROUNDS = whole("rounds", 3, low=1, help="Times that messages are sent.")
READINGS = whole("readings", 3, low=1, help="Questions that are put to the atoms.")
TARGETS = whole("targets", 1, low=1, help="Answers about each molecule.")
_OWN = (HIDDEN, EDGE_HIDDEN, ROUNDS, READINGS, TARGETS)

FIELDS = {"x": "atoms", "edge_attr": "bonds", "graph": "molecule"}
"""Which of the source's fields the step graphs take by another name."""


def mpnn() -> Document:
    return document(
        __doc__,
        _net(),
        _embed(),
        _edge_network(),
        _round(),
        _convolution(),
        _set2set(),
        _reading(),
        _head(),
        *_steps(),
        arguments=[
            whole("features", 11, low=2, help="Numbers that come with each atom."),
            whole("edge_features", 5, low=2, help="Numbers that come with each bond."),
            *_OWN,
        ],
        models=[
            Model(
                name=NAME,
                graph="MPNN",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={
                    "x": InputType(("V", "=features")),
                    "edge_index": InputType((2, "E"), "int64"),
                    "edge_attr": InputType(("E", "=edge_features")),
                    "graph": InputType(("V",), "int64"),
                    "size": InputType(("B",), "int64"),
                },
            )
        ],
        recipe=_recipe(),
        presets=_presets(),
        layout={
            "MPNN": GraphLayout(frames=_FRAMES),
            "Reading": GraphLayout(frames=_FRAMES_OF_READING),
        },
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        feeds=FIELDS,
        optimiser=Optimiser("Adam", {"lr": 0.001}),
        schedule=Schedule("cosine", {"final": 1.0}),
    )
    looks = {"validation": 500, "test": None}
    return Recipe(
        data=DataSource("MadeMolecules", {"kinds": "=features", "bonds": "=edge_features"}),
        stages=(Stage(name="train", steps=5000, phases=(learn,)),),
        evaluations=tuple(
            Evaluation(name=split, graph="Evaluate", split=split, every=every, feeds=FIELDS)
            for split, every in looks.items()
        ),
        previews=(Preview(name="answers", graph="Answers", show="table", every=500, feeds=FIELDS),),
        batch_size=64,
        eval_batch_size=256,
    )


def _presets() -> list[Preset]:
    return [
        Preset(name="paper", summary="At the size that is usual for the molecules of QM9: 11 features, 5 of a bond."),
        Preset(
            name="quick",
            summary="Finds acid groups in made molecules, where counts of atoms and bonds are of no help.",
            arguments={"features": 4, "edge_features": 2, "hidden": 16, "edge_hidden": 32},
            recipe={
                "stages.train.steps": 600,
                "stages.train.learn.optimiser.lr": 0.005,
                "stages.train.learn.schedule.final": 0.0,
                "evaluations.validation.every": 200,
                "previews.answers.every": 200,
            },
            goal=Goal(
                evaluation="test",
                metric="error",
                at_most=0.05,
                baseline="0.31 by a perceptron on counts of atoms, bonds, neighbours and pairs of bonds that meet",
                ruin="0.28 where all bonds say the same",
            ),
        ),
    ]


_FRAMES = (
    Frame(title="Messages", nodes=("embed", "nn", "round")),
    Frame(title="Readout", nodes=("set2set", "head")),
)


def _net() -> Drawing:
    net = Drawing("MPNN", "Rounds of messages through each bond's matrix, then one answer.", arguments=_OWN)
    x = net.input("x", "A row of numbers for each atom")
    edges, bonds = net.input("edge_index", "From and to"), net.input("edge_attr", "A row of numbers for each bond")
    graph, size = net.input("graph", "The number of each atom's molecule"), net.input("size", "Atoms of each molecule")
    x = net.add("embed", "graph:Embed", x, features="=hidden")
    matrices = net.add("nn", "graph:EdgeNetwork", bonds, hidden="=edge_hidden", features="=hidden")
    x = net.add("round", "graph:Round", x, edges, matrices, scan=Scan(count="=rounds"))
    x = net.add("set2set", "graph:Set2Set", x, graph, size, readings="=readings")
    net.output("answer", net.add("head", "graph:Head", x, hidden="=hidden", targets="=targets"))
    return net


def _head() -> Drawing:
    graph = Drawing(
        "Head",
        "From what was read to the answers.",
        arguments=[whole("hidden", 64, low=1, help="Numbers between the two layers."), TARGETS],
    )
    x = graph.add("lin1", "Linear", graph.input("x"), out_features="=hidden")
    x = graph.add("lin2", "Linear", graph.add("relu", "ReLU", x), out_features="=targets")
    graph.output("answer", x)
    return graph


def _embed() -> Drawing:
    features = whole("features", 64, low=1, help="Numbers that an atom is described by.")
    graph = Drawing("Embed", "What an atom knows before it has heard anything.", arguments=[features])
    x = graph.add("lin", "Linear", graph.input("x"), out_features="=features")
    graph.output("h", graph.add("relu", "ReLU", x))
    return graph


def _edge_network() -> Drawing:
    graph = Drawing(
        "EdgeNetwork",
        "From what is known of a bond to the matrix that its messages go through.",
        arguments=[
            whole("hidden", 128, low=1, help="Numbers between a bond and its matrix."),
            whole("features", 64, low=1, help="Rows and columns of the matrix."),
        ],
    )
    bonds = graph.input("edge_attr")
    x = graph.add("relu", "ReLU", graph.add("lin1", "Linear", bonds, out_features="=hidden"))
    x = graph.add("lin2", "Linear", x, out_features="=features * features")
    graph.output("matrix", graph.add("matrix", "Unflatten", x, dim=1, unflattened_size="=(features, features)"))
    return graph


def _round() -> Drawing:
    graph = Drawing("Round", "What arrives goes into the gated unit, which decides what to forget for it.")
    h, edges, matrix = graph.input("h", "The atoms"), graph.input("edge_index"), graph.input("matrix")
    heard = graph.add("relu", "ReLU", graph.add("conv", "graph:NNConv", h, edges, matrix))
    graph.output("h", graph.add("gru", "GRUCell", heard, h, hidden_size="=h.features"))
    return graph


def _convolution() -> Drawing:
    graph = Drawing("NNConv", "Messages through each bond's matrix are added up, and to what the atom was itself.")
    x, edges = graph.input("x"), graph.input("edge_index")
    matrix = graph.input("matrix", "For each bond one")
    source = graph.add("source", "Select", edges, dim=0, index=0)
    said = graph.add("said", "Index", x, source)
    messages = graph.add("messages", "Einsum", said, matrix, equation="ei,eij->ej")
    heard = graph.add("heard", "Aggregate", messages, edges, x)
    known = graph.add("lin", "Linear", x, out_features="=x.features", bias=False)
    bias = graph.add("bias", "Parameter", sizes="=(x.features,)")
    graph.output("output", graph.add("add", "Add", heard, known, bias))
    return graph


def _set2set() -> Drawing:
    graph = Drawing(
        "Set2Set",
        "One vector for each graph: questions, and what its nodes answer, in any order.",
        arguments=[READINGS],
    )
    x, number, size = graph.input("x"), graph.input("graph"), graph.input("size")
    one = graph.add("nothing", "Zeros", size, sizes="=(x.features,)", dtype="float32")
    both = graph.add("nothing_known", "Zeros", size, sizes="=(2 * x.features,)", dtype="float32")
    read = graph.add(
        "reading",
        "graph:Reading",
        wired={"known": both, "hidden": one, "state": one, "x": x, "graph": number},
        scan=Scan(count="=readings"),
    )
    graph.output("known", read["known"], "The last question and its answer, side by side")
    return graph


_FRAMES_OF_READING = (
    Frame(title="Ask", nodes=("lstm",)),
    Frame(title="Who fits", nodes=("asked", "fit", "shares")),
    Frame(title="Answer", nodes=("parts", "answer")),
)


def _reading() -> Drawing:
    graph = Drawing("Reading", "An LSTM asks, and the nodes answer in proportion to how well they fit.")
    known = graph.input("known", "The question before, and what was answered")
    hidden, state = graph.input("hidden", "The LSTM's state"), graph.input("state", "The LSTM's cells")
    x, number = graph.input("x", "The nodes"), graph.input("graph", "The number of each node's graph")
    asked = graph.add("lstm", "LSTMCell", known, hidden, state, hidden_size="=x.features")
    question, state = asked["h_1"], asked["c_1"]
    fit = graph.add("fit", "Dot", x, graph.add("asked", "Index", question, number), keepdim=True)
    shares = graph.add("shares", "GraphSoftmax", fit, number, question)
    answer = graph.add("answer", "Readout", graph.add("parts", "Multiply", x, shares), number, question)
    graph.output("known", graph.add("join", "Concatenate", question, answer, dim=1))
    graph.output("hidden", question)
    graph.output("state", state)
    return graph


def _answered(step: Drawing) -> tuple[Wire, Wire]:
    inputs = [step.input(name) for name in ("x", "edge_index", "edge_attr", "graph", "size")]
    return step.add(NAME, f"model:{NAME}", *inputs), step.input("label", "1 for yes")


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "How far each answer is from yes or no.")
    answer, label = _answered(train)
    train.output("loss", train.add("bce", "BCEWithLogitsLoss", answer, label))
    train.output("error", train.add("error", "BitError", answer, label))

    evaluate = Drawing("Evaluate", "Share of the answers that are wrong.")
    answer, label = _answered(evaluate)
    evaluate.output("error", evaluate.add("error", "BitError", answer, label))

    show = Drawing("Answers", "How likely a yes is, beside what is right.")
    answer, label = _answered(show)
    chance = show.add("chance", "Sigmoid", answer)
    show.output("chance", show.add("first_chance", "Select", chance, dim=1, index=0))
    show.output("right", show.add("first_label", "Select", label, dim=1, index=0))
    return train, evaluate, show

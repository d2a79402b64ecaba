"""Recursive neural net

Paper: Parsing Natural Scenes and Natural Language with Recursive Neural Networks
Authors: Richard Socher, Cliff Chiung-Yu Lin, Andrew Y. Ng and Christopher D. Manning
Year: 2011
Link: https://nlp.stanford.edu/pubs/SocherLinNgManning_ICML2011.pdf
Parameters: 1,405

A phrase means what its parts mean and how they are put together, and the parts are phrases themselves. So one small
net, the same at every joint of the parse tree, makes of two vectors one of the same size; applied from the leaves up it
gives every phrase, however long, a vector in the same space as a word's. A recurrent net is the tree that leans left.

At each joint `p = tanh(W [left, right] + b)` with `size` numbers, and at every node the logits of its rating are
`V p + c`: the error comes in at all levels, and flows down through the tree. `words` holds the vectors of the leaves.
The block TreeFold calls the composition for one joint after the other, for a whole batch of trees of any form.

With `size = 25` composition and classifier have 1,405 parameters. The preset `tensor` adds a product of the children,
`[left, right]ᵀ T [left, right]` (Socher et al., 2013; 63,905), so that “not” can turn around what follows in one
step. `lstm` gives each node a memory cell and a forget gate for either child (Tai, Socher and Manning, 2015: 316,800,
and 755 of the classifier). Transformers later learnt such structure without being given the tree.
"""

from __future__ import annotations

from app.core.document import (
    Case,
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
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, choice, use, whole
from templates._template import document

NAME = "recursive_nn"

VOCABULARY = whole("vocabulary", 14, low=1, help="Different words.")
WORD = whole("word", 25, low=1, help="Numbers that describe a word; those of a phrase, but for the LSTM.")
SIZE = whole("size", 25, low=1, help="Numbers that describe a phrase.")
RATINGS = whole("ratings", 5, low=2, help="Different ratings of a phrase.")
FORM = choice("form", "plain", "plain", "tensor", "lstm", help="How two phrases become one.")
_OWN = (SIZE, RATINGS, FORM)
IGNORED = -100


def recursive_nn() -> Document:
    return document(
        __doc__,
        _words(),
        _recursive(),
        _plain(),
        _tensor(),
        _lstm_leaf(),
        _lstm(),
        *_steps(),
        arguments=[VOCABULARY, WORD, *_OWN],
        models=[
            Model(
                name="words",
                graph="Words",
                arguments={"vocabulary": "=vocabulary", "word": "=word"},
                inputs={"words": InputType(("B", "L"), "int64")},
            ),
            Model(
                name=NAME,
                graph="RecursiveNet",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"leaves": InputType(("B", "L", "=word")), "children": InputType(("B", "S", 2), "int64")},
            ),
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Phrases of 25 numbers, and one layer that joins them."),
            Preset(
                name="quick",
                summary="The same net on made phrases of up to ten words, where “not” can stand before anything.",
                recipe={"stages.train.steps": 1500},
                goal=Goal(
                    evaluation="test",
                    metric="root_accuracy",
                    at_least=0.92,
                    baseline="0.45 by the words and pairs of neighbours that a phrase holds",
                    ruin="0.42 without the bend",
                ),
            ),
            Preset(name="tensor", summary="2013: with a product of the children.", arguments={"form": "tensor"}),
            Preset(
                name="lstm",
                summary="2015: with memory cells, for word vectors of 300 numbers.",
                arguments={"form": "lstm", "word": 300, "size": 150},
            ),
        ],
        layout={"TreeLSTM": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="Children", nodes=("both", "left", "right")),
    Frame(title="What the gates are told", nodes=("lh", "rh", "orders", "gates")),
    Frame(title="Kept", nodes=("open_left", "pass_left", "open_right", "pass_right", "kept")),
    Frame(title="Written", nodes=("candidate", "open_new", "pass_new")),
    Frame(title="Shown", nodes=("bend", "open_state", "pass_state")),
)


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=("words", NAME),
        optimiser=Optimiser("AdamW", {"lr": 5e-3, "weight_decay": 0.001}),
        schedule=Schedule("cosine", {"warmup": 50}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("RatedTrees"),
        stages=(Stage(name="train", steps=3000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=250),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="ratings", graph="Rate", show="matrix", count=8, every=250),),
        batch_size=64,
    )


def _words() -> Drawing:
    graph = Drawing("Words", "A vector for each word.", arguments=[VOCABULARY, WORD])
    words = graph.input("words")
    graph.output(
        "leaves", graph.add("vectors", "Embedding", words, num_embeddings="=vocabulary", embedding_dim="=word")
    )
    return graph


def _recursive() -> Drawing:
    graph = Drawing("RecursiveNet", "One net at every joint of the tree, and a rating of every node.", arguments=_OWN)
    leaves, children = graph.input("leaves", "Words' vectors"), graph.input("children", "Which nodes each joint joins")
    forms = {"tensor": "TensorComposition", "lstm": "TreeLSTM"}
    cases = [Case(f"=form == '{form}'", use(f"graph:{name}"), {"size": "=size"}) for form, name in forms.items()]
    joint = graph.module(graph.add("composition", "graph:Composition", size="=size", cases=cases))
    leaves = graph.add("leaf", "graph:TreeLSTMLeaf", leaves, size="=size", enabled="=form == 'lstm'")
    nodes = graph.add("fold", "TreeFold", wired={"model": joint, "leaves": leaves, "children": children})
    shown = graph.add("state", "Narrow", nodes, dim=-1, start=0, length="=size", enabled="=form == 'lstm'")
    graph.output("logits", graph.add("classifier", "Linear", shown, out_features="=ratings"), "Of each node's rating")
    return graph


def _children(graph: Drawing) -> Wire:
    return graph.add("pair", "Flatten", graph.input("children", "States of the two, B×2×size"))


def _plain() -> Drawing:
    graph = Drawing("Composition", "Two phrases become one.", arguments=[SIZE])
    x = graph.add("linear", "Linear", _children(graph), out_features="=size")
    graph.output("phrase", graph.add("tanh", "Tanh", x))
    return graph


def _tensor() -> Drawing:
    graph = Drawing("TensorComposition", "Two phrases become one, their product included.", arguments=[SIZE])
    pair = _children(graph)
    x = graph.add("linear", "Linear", pair, out_features="=size")
    product = graph.add("tensor", "Bilinear", pair, pair, out_features="=size", bias=False)
    graph.output("phrase", graph.add("tanh", "Tanh", graph.add("sum", "Add", x, product)))
    return graph


def _lstm_leaf() -> Drawing:
    graph = Drawing("TreeLSTMLeaf", "State and cell of a word.", arguments=[SIZE])
    word = graph.input("word")
    cell = graph.add("c", "Linear", word, out_features="=size")
    gate = graph.add("open", "Sigmoid", graph.add("o", "Linear", word, out_features="=size"))
    state = graph.add("state", "Multiply", gate, graph.add("bend", "Tanh", cell))
    graph.output("both", graph.add("both", "Concatenate", state, cell, dim=-1))
    return graph


def _lstm() -> Drawing:
    graph = Drawing("TreeLSTM", "Gates decide what of either child's cell is kept.", arguments=[SIZE])
    children = graph.input("children", "State and cell of the two")
    both = graph.add("both", "Unbind", children, dim=1, parts_count=2, names="left, right")
    left = graph.add("left", "Split", both["left"], sizes="=(size, size)", dim=-1, names="h_left, c_left")
    right = graph.add("right", "Split", both["right"], sizes="=(size, size)", dim=-1, names="h_right, c_right")
    orders = graph.add(
        "orders",
        "Add",
        graph.add("lh", "Linear", left["h_left"], out_features="=size * 5"),
        graph.add("rh", "Linear", right["h_right"], out_features="=size * 5"),
    )
    parts = graph.add("gates", "Chunk", orders, chunks=5, dim=-1, names="write, keep_left, keep_right, show, new")
    kept_left = _gated(graph, "left", parts["keep_left"], left["c_left"])
    kept_right = _gated(graph, "right", parts["keep_right"], right["c_right"])
    written = _gated(graph, "new", parts["write"], graph.add("candidate", "Tanh", parts["new"]))
    cell = graph.add("cell", "Add", graph.add("kept", "Add", kept_left, kept_right), written)
    state = _gated(graph, "state", parts["show"], graph.add("bend", "Tanh", cell))
    graph.output("phrase", graph.add("join", "Concatenate", state, cell, dim=-1))
    return graph


def _gated(graph: Drawing, name: str, order: Wire, value: Wire) -> Wire:
    return graph.add(f"pass_{name}", "Multiply", graph.add(f"open_{name}", "Sigmoid", order), value)


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "At each node, how far the logits are from the right rating.")
    logits, ratings = _rated(train)
    train.output(
        "loss", train.add("cross_entropy", "CrossEntropyLoss", logits, ratings, classes="last", ignore_index=IGNORED)
    )
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, ratings, classes="last", ignore_index=IGNORED))

    evaluate = Drawing("Evaluate", "How many roots, and how many nodes, are rated right.")
    logits, ratings = _rated(evaluate)
    at_root = [
        evaluate.add(f"root_{name}", "Select", x, dim=1, index=-1) for name, x in (("of", logits), ("is", ratings))
    ]
    evaluate.output("root_accuracy", evaluate.add("root_accuracy", "Accuracy", *at_root))
    evaluate.output(
        "accuracy", evaluate.add("accuracy", "Accuracy", logits, ratings, classes="last", ignore_index=IGNORED)
    )

    rate = Drawing("Rate", "The phrases, and the likeliest rating of each node: leaves, then joints up to the root.")
    words = rate.input("words")
    leaves = rate.add("words", "model:words", words)
    logits = rate.add(NAME, f"model:{NAME}", leaves, rate.input("children"))
    rate.output("words", words)
    rate.output("rating", rate.add("likely", "ArgMax", logits, dim=-1))
    return train, evaluate, rate


def _rated(step: Drawing) -> tuple[Wire, Wire]:
    words, children, ratings = step.input("words"), step.input("children"), step.input("ratings")
    leaves = step.add("words", "model:words", words)
    return step.add(NAME, f"model:{NAME}", leaves, children), ratings

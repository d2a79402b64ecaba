"""Sequence to sequence

Paper: Sequence to Sequence Learning with Neural Networks
Authors: Ilya Sutskever, Oriol Vinyals and Quoc V. Le
Year: 2014
Link: https://arxiv.org/abs/1409.3215
Parameters: 720,221

One recurrent net reads a sentence, another writes its translation, and all that the second knows of the first is one
state of a few hundred numbers. Nothing says which word belongs to which, and the two sentences need not be of the same
length. It was the first net that translated by itself from end to end.

The `encoder` reads the source and hands over its last `h` and `c`; the `decoder` starts from them and gives, at each
place, the logits of the next token: `P(answer) = Π P(token | tokens before, h, c)`. In training it is given the right
tokens so far (teacher forcing), so that all places are learnt at once; afterwards it goes on from its own, which
`GreedySearch` draws in the step graphs. With `backwards` the source is read from its end: then the beginnings of both
sentences are close together, and the first words come out right, on which the others lean. The paper found that to
matter more than any other of its choices.

The 720,221 parameters are those of a well-known small model in Keras, for characters: 71 in the source, 93 in the
target, 256 cells, no embeddings (with Keras's one bias a gate instead of torch's two, 718,173). `sutskever` has the
paper's four layers of 1000, vocabularies of 160,000 and 80,000 words, and 384,144,000. What cannot pass through one
state is lost, and more so in long sentences; attention looks at all states instead.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    Argument,
    Case,
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Preset,
    Schedule,
)
from app.core.draw import Drawing, Wire, flag, use, whole
from templates._template import document
from templates.attention._translation import LONGEST, translation_recipe, translation_steps

NAME = "seq2seq"

SOURCE = whole("source_vocabulary", 71, low=4, help="Different tokens of the source; 0 is padding.")
TARGET = whole("target_vocabulary", 93, low=4, help="Different tokens of the answer; 0 is padding.")
EMBEDDING = whole("embedding", 0, low=0, help="Numbers that describe a token; 0: a single 1 at its place.")
HIDDEN = whole("hidden", 256, low=1, help="Cells of a layer.")
LAYERS = whole("layers", 1, low=1, help="LSTMs on top of each other, in the encoder and in the decoder.")
BACKWARDS = flag("backwards", True, help="Whether the source is read from its end.")
SIZES = (EMBEDDING, HIDDEN, LAYERS)
MODEL = (SOURCE, TARGET, *SIZES, BACKWARDS)


def seq2seq() -> Document:
    return document(
        __doc__,
        _model(),
        _encoder(),
        _decoder(),
        _single(),
        _learnt(),
        *translation_steps(NAME),
        arguments=[*MODEL, LONGEST],
        models=[
            Model(
                name=NAME,
                graph="Seq2Seq",
                arguments={argument.name: f"={argument.name}" for argument in MODEL},
                inputs={"target": InputType(("B", "T"), "int64"), "source": InputType(("B", "S"), "int64")},
            )
        ],
        recipe=translation_recipe(
            NAME,
            DataSource("ReverseStrings", {"task": "copy", "alphabet": 26, "low": 8, "high": "=longest"}),
            steps=20_000,
            optimiser=Optimiser("SGD", {"lr": 0.7}),
            schedule=Schedule("step", {"every": 5000, "factor": 0.5}),
        ),
        presets=[
            Preset(name="paper", summary="Characters without embeddings, one layer of 256 cells."),
            _quick(),
            Preset(
                name="sutskever",
                summary="Words, four layers of 1000 cells.",
                arguments={
                    "source_vocabulary": 160_000,
                    "target_vocabulary": 80_000,
                    "embedding": 1000,
                    "hidden": 1000,
                    "layers": 4,
                },
            ),
        ],
        layout={"Decoder": GraphLayout(frames=(Frame(title="From what was read", nodes=("lstm", "dense")),))},
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Strings of 4 to 10 letters, to be written in the order of the alphabet.",
        arguments={"source_vocabulary": 13, "target_vocabulary": 13, "hidden": 128, "longest": 10},
        data=DataSource("ReverseStrings", {"task": "sort", "low": 4, "high": "=longest"}),
        recipe={
            "stages.train.steps": 600,
            "stages.train.learn.optimiser.name": "Adam",
            "stages.train.learn.optimiser.lr": 4e-3,
            "stages.train.learn.schedule.every": 300,
            "evaluations.validation.every": 150,
            "previews.answers.every": 150,
        },
        goal=Goal(
            evaluation="test",
            metric="exact_match",
            at_least=0.9,
            baseline="0.07 by a linear map from all letters to each place",
            ruin="0.00 when nothing is handed over",
        ),
    )


def _model() -> Drawing:
    net = Drawing("Seq2Seq", "One net reads, hands over its state, and another writes.", arguments=MODEL)
    target, source = net.input("target", "The answer so far"), net.input("source", "What is read")
    source = net.add("turned", "Flip", source, dim=1, enabled="=backwards")
    sizes: dict[str, Any] = {"embedding": "=embedding", "hidden": "=hidden", "layers": "=layers"}
    read = net.add("encoder", "graph:Encoder", source, vocabulary="=source_vocabulary", **sizes)
    logits = net.add("decoder", "graph:Decoder", target, read["h"], read["c"], vocabulary="=target_vocabulary", **sizes)
    net.output("logits", logits)
    return net


def _vocabulary(default: int) -> Argument:
    return whole("vocabulary", default, low=4, help="Different tokens; 0 is padding.")


def _single() -> Drawing:
    graph = Drawing("Single", "Each token as a row of zeros with a single 1.", arguments=[_vocabulary(71)])
    graph.output("output", graph.add("one_hot", "OneHot", graph.input("tokens"), num_classes="=vocabulary"))
    return graph


def _learnt() -> Drawing:
    graph = Drawing("Learnt", "Each token as a row of a learnt table.", arguments=[_vocabulary(71), EMBEDDING])
    sizes: dict[str, Any] = {"num_embeddings": "=vocabulary", "embedding_dim": "=embedding"}
    graph.output("output", graph.add("table", "Embedding", graph.input("tokens"), **sizes))
    return graph


def _vectors(graph: Drawing, tokens: Wire) -> Wire:
    """Tokens as learnt vectors, or with a single 1 each."""
    sizes: dict[str, Any] = {"vocabulary": "=vocabulary", "embedding": "=embedding"}
    single = Case("=embedding == 0", use("graph:Single"), {"vocabulary": "=vocabulary"})
    return graph.add("embedding", "graph:Learnt", tokens, cases=[single], **sizes)


def _encoder() -> Drawing:
    graph = Drawing("Encoder", "Reads, and keeps nothing but its last state.", arguments=[_vocabulary(71), *SIZES])
    x = _vectors(graph, graph.input("tokens"))
    read = graph.add("lstm", "LSTM", x, hidden_size="=hidden", num_layers="=layers")
    graph.output("h", read["h_n"], "What was shown last, by layer")
    graph.output("c", read["c_n"], "What is remembered, by layer")
    return graph


def _decoder() -> Drawing:
    graph = Drawing("Decoder", "Writes on from the state that it is given.", arguments=[_vocabulary(93), *SIZES])
    x = _vectors(graph, graph.input("tokens", "The answer so far"))
    h, c = graph.input("h"), graph.input("c")
    x = graph.add("lstm", "LSTM", x, h, c, hidden_size="=hidden", num_layers="=layers")
    graph.output("logits", graph.add("dense", "Linear", x["output"], out_features="=vocabulary"))
    return graph

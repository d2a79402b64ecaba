"""ELMo

Paper: Deep Contextualized Word Representations
Authors: Matthew E. Peters, Mark Neumann, Mohit Iyyer, Matt Gardner, Christopher Clark, Kenton Lee and Luke Zettlemoyer
Year: 2018
Link: https://arxiv.org/abs/1802.05365
Parameters: 93,600,848

A word's vector should depend on the sentence that it stands in. Two language models, one that reads forwards and
foretells the next word, one that reads backwards and foretells the one before, must know at each word what is meant;
so their states, of all layers, are its vector. They learn from plain text, and whoever has a task and few labels takes
the vectors as they are and learns no more than which layers to listen to.

A word is spelled in `characters`. `TokenEmbedder` looks for runs of 1 to 7 of them, 64 times `kinds` in all,
keeps the strongest answer of each kind, lets `highways` layers `g * relu(W x) + (1 - g) * x` mix them and projects to
`size` numbers: so a word that was never seen has a vector, too. Above it lie two LSTMs in each direction
of `cells` cells; a state is projected down, `h = W (o * tanh(c))`, and both are kept within `clip`. The second layer
gets the first one's output added. `Pretrain` minimises the mean of both directions' surprise at the word that they
have not seen yet; both share `softmax`, which is thrown away. Then all is frozen, and `LearnSenses` fits
`gamma * Σ softmax(weights)[j] * layer[j]`, `mix`, and a linear `tagger` on the few sentences whose senses are known.

The count is that of the authors' configuration (2×4096, projected to 512, 2048 filters), with one bias for a gate as
they have it; their softmax had 793,471 words. The paper found syntax in the lower layer and meaning in the upper one.
GPT and BERT (2018) took Transformers for the LSTMs, and learnt on with the whole net instead of freezing it.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Repeat,
    Scan,
    Stage,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

NAME, SOFTMAX, MIX, TAGGER = "elmo", "softmax", "mix", "tagger"
RUNS = (1, 1, 2, 4, 8, 16, 32)
"""How many kinds of runs of 1 to 7 characters are looked for, by the kinds of single characters."""

KINDS = whole("kinds", 32, low=1, help="Kinds of single characters that are looked for; of longest runs 32 times that.")
SIGNS = whole("signs", 261, low=2, help="Different characters: bytes and marks.")
SIGN = whole("sign_size", 16, low=1, help="Numbers that describe a character.")
HIGHWAYS = whole("highways", 2, low=1, help="Highway layers above the characters.")
SIZE = whole("size", 512, low=1, help="Numbers that describe a word in each direction.")
CELLS = whole("cells", 4096, low=1, help="Cells of each LSTM.")
CLIP = real("clip", 3.0, low=0.1, help="Largest value of a cell and of a state.")
SPREAD = real("spread", 0.05, low=0, help="Filters begin at most this far from zero.")
SENSES = whole("senses", 6, low=2, help="Different things that words can mean.")
_EMBEDDER = (KINDS, SIGNS, SIGN, HIGHWAYS, SIZE, SPREAD)
_OWN = (*_EMBEDDER, CELLS, CLIP)


def elmo() -> Document:
    return document(
        __doc__,
        _elmo(),
        _token_embedder(),
        _highway(),
        _lstms(),
        _cell(),
        _softmax(),
        _mix(),
        _tagger(),
        *_steps(),
        arguments=[
            *_OWN,
            SENSES,
            whole("stems", 1000, low=2, help="Words of the made language without their endings."),
            whole("forms", 8, low=1, high=8, help="Endings of each."),
            whole("characters", 50, low=9, help="Room for the spelling of a word."),
        ],
        models=_models(),
        recipe=_recipe(),
        presets=_presets(),
        layout={"TokenEmbedder": GraphLayout(frames=_RUNS)},
    )


def _models() -> list[Model]:
    state = {"x": InputType(("B", "T", "=size"))}
    return [
        Model(
            name=NAME,
            graph="ELMo",
            arguments={argument.name: f"={argument.name}" for argument in _OWN},
            inputs={"characters": InputType(("B", "T", "=characters"), "int64")},
        ),
        Model(name=SOFTMAX, graph="Softmax", arguments={"vocabulary": "=stems * forms"}, inputs=state),
        Model(
            name=MIX,
            graph="ScalarMix",
            arguments={"count": 3},
            inputs={"layers": InputType((3, "B", "T", "=size * 2"))},
        ),
        Model(
            name=TAGGER,
            graph="Tagger",
            arguments={"senses": "=senses"},
            inputs={"x": InputType(("B", "T", "=size * 2"))},
        ),
    ]


def _recipe() -> Recipe:
    labelled = {"characters": "labelled_characters", "sense": "labelled_sense"}
    pretrain = Phase(
        name="read",
        step="Pretrain",
        models=(NAME, SOFTMAX),
        optimiser=Optimiser("Adagrad", {"lr": 0.2}),
        clip_norm=10.0,
    )
    learn = Phase(
        name="learn",
        step="LearnSenses",
        models=(MIX, TAGGER),
        feeds=labelled,
        optimiser=Optimiser("Adam", {"lr": 0.01, "weight_decay": 1e-3}),
    )
    settings = {name: f"={name}" for name in ("senses", "stems", "forms", "characters")}
    return Recipe(
        data=DataSource("Homonyms", settings),
        stages=(
            Stage(name="pretrain", steps=100_000, phases=(pretrain,)),
            Stage(name="task", steps=200, phases=(learn,)),
        ),
        evaluations=(
            Evaluation(name="reading", graph="EvaluateReading", split="validation", every=1000),
            Evaluation(name="validation", graph="Evaluate", split="validation"),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="senses", graph="Senses", show="table", count=12, every=1000),),
        batch_size=128,
        eval_batch_size=128,
    )


def _presets() -> list[Preset]:
    return [
        Preset(name="paper", summary="Two layers of 4096 cells, projected to 512, above 2048 filters."),
        Preset(
            name="small",
            summary="The authors' small form: 1024 cells, projected to 128.",
            arguments={"cells": 1024, "size": 128, "highways": 1},
        ),
        Preset(
            name="medium",
            summary="The authors' medium form: 2048 cells, projected to 256.",
            arguments={"cells": 2048, "size": 256, "highways": 1},
        ),
        Preset(
            name="quick",
            summary="320 words of three meanings each, and sixteen sentences in which they are told.",
            arguments={
                "kinds": 1,
                "sign_size": 8,
                "size": 32,
                "cells": 64,
                "spread": 0.3,
                "stems": 40,
                "characters": 12,
            },
            recipe={
                "batch_size": 64,
                "data.sentences": 6000,
                "stages.pretrain.steps": 600,
                "stages.task.steps": 100,
                "stages.task.learn.optimiser.weight_decay": 0.03,
                "stages.pretrain.read.optimiser.name": "Adam",
                "stages.pretrain.read.optimiser.lr": 3e-3,
                "evaluations.reading.every": 100,
                "previews.senses.every": 100,
            },
            goal=Goal(
                evaluation="test",
                metric="accuracy",
                at_least=0.82,
                baseline="0.73 from vectors of counts, 0.30 from the words and their neighbours",
                ruin="0.24 with no text read before the task",
            ),
        ),
    ]


def _elmo() -> Drawing:
    graph = Drawing(
        "ELMo", "Spelling, then two directions of reading; every layer is given.", arguments=_OWN, initial=_INITIAL
    )
    x = graph.input("characters", "Each word as the numbers of its characters")
    given: dict[str, Any] = {argument.name: f"={argument.name}" for argument in _EMBEDDER}
    token = graph.add("token_embedder", "graph:TokenEmbedder", x, **given)
    read = graph.add("elmo_lstm", "graph:ElmoLstm", token, size="=size", cells="=cells", clip="=clip")
    twice = graph.add("twice", "Concatenate", token, token, dim=-1)
    layers = graph.add("layers", "Stack", twice, read["first"], read["second"], dim=0)
    graph.output("layers", layers, "Spelling, first and second layer, each of both directions")
    graph.output("forward", read["forward"], "What reading up to a word tells")
    graph.output("backward", read["backward"], "What reading back to a word tells")
    return graph


_INITIAL = (
    Initial(nodes=("token_embedder.embedding",), parameter="weight", method="uniform_", arguments={"a": -1, "b": 1}),
    Initial(nodes=("Conv2d",), parameter="weight", method="uniform_", arguments={"a": "=-spread", "b": "=spread"}),
    Initial(nodes=("Conv2d", "Linear"), parameter="bias", method="zeros_"),
    Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_"),
    Initial(
        nodes=("token_embedder.highways.transform", "token_embedder.highways.carry"),
        parameter="weight",
        method="normal_",
        arguments={"std": "=1 / (kinds * 64) ** 0.5"},
    ),
    Initial(nodes=("token_embedder.highways.carry",), parameter="bias", method="constant_", arguments={"val": -2.0}),
)


def _token_embedder() -> Drawing:
    graph = Drawing("TokenEmbedder", "A vector for each word, from how it is spelled.", arguments=_EMBEDDER)
    x = graph.input("characters")
    x = graph.add("embedding", "Embedding", x, num_embeddings="=signs", embedding_dim="=sign_size")
    x = graph.add("as_image", "Permute", x, dims=(0, 3, 1, 2))
    found = [_runs(graph, x, place, share) for place, share in enumerate(RUNS)]
    x = graph.add("all_kinds", "Concatenate", *found, dim=1)
    x = graph.add("by_word", "Transpose", x, dim0=1, dim1=2)
    x = graph.add("highways", "graph:Highway", x, repeat=Repeat("=highways"))
    graph.output("token", graph.add("projection", "Linear", x, out_features="=size"))
    return graph


def _runs(graph: Drawing, x: Wire, place: int, share: int) -> Wire:
    """How clearly each kind of run of ``place + 1`` characters is found in each word."""
    kinds = "=kinds" if share == 1 else f"=kinds * {share}"
    x = graph.add(f"char_conv_{place}", "Conv2d", x, out_channels=kinds, kernel_size=(1, place + 1))
    x = graph.add(f"strongest_{place}", "Max", x, dim=(3,))
    return graph.add(f"relu_{place}", "ReLU", x)


_RUNS = tuple(
    Frame(
        title="Single characters" if place == 0 else f"Runs of {place + 1}",
        nodes=tuple(f"{part}_{place}" for part in ("char_conv", "strongest", "relu")),
    )
    for place in range(len(RUNS))
)


def _highway() -> Drawing:
    graph = Drawing("Highway", "A gate for each number: take the new one, or let the old one pass.")
    x = graph.input("x")
    new = graph.add("relu", "ReLU", graph.add("transform", "Linear", x, out_features="=x.features"))
    gate = graph.add("sigmoid", "Sigmoid", graph.add("carry", "Linear", x, out_features="=x.features"))
    graph.output("output", graph.add("mixed", "Lerp", x, new, gate))
    return graph


def _lstms() -> Drawing:
    graph = Drawing("ElmoLstm", "Two layers in each direction, which never meet.", arguments=[SIZE, CELLS, CLIP])
    x = graph.input("x", "A vector for each word")
    state = graph.add("state", "Zeros", x, sizes="=(size,)")
    cell = graph.add("cell", "Zeros", x, sizes="=(cells,)")
    lower = {way: _read(graph, f"{way}_layer_0", x, state, cell) for way in ("forward", "backward")}
    upper = {}
    for way, read in lower.items():
        upper[way] = graph.add(f"{way}_skip", "Add", _read(graph, f"{way}_layer_1", read, state, cell), read)
    graph.output("first", graph.add("both_lower", "Concatenate", *lower.values(), dim=-1))
    graph.output("second", graph.add("both_upper", "Concatenate", *upper.values(), dim=-1))
    for way, read in upper.items():
        graph.output(way, read)
    return graph


def _read(graph: Drawing, name: str, x: Wire, state: Wire, cell: Wire) -> Wire:
    read = graph.add(
        name,
        "graph:LstmCell",
        wired={"x": x, "h": state, "c": cell},
        scan=Scan(sliced=("x",), dim=1, reverse=name.startswith("backward")),
        clip="=clip",
    )
    return read["output"]


def _cell() -> Drawing:
    step = Drawing("LstmCell", "One word: many cells, whose answer is made smaller.", arguments=[CLIP])
    x, h, c = step.input("x"), step.input("h", "State"), step.input("c", "Cells")
    heard = step.add("input_linearity", "Linear", x, out_features="=c.features * 4", bias=False)
    known = step.add("state_linearity", "Linear", h, out_features="=c.features * 4")
    orders = step.add("orders", "Add", heard, known)
    parts = step.add("parts", "Chunk", orders, chunks=4, dim=1, names="i, f, g, o")
    enter = step.add("enter", "Sigmoid", parts["i"])
    forget = step.add("forget", "Sigmoid", step.add("remember", "AddScalar", parts["f"], value=1.0))
    leave = step.add("leave", "Sigmoid", parts["o"])
    kept = step.add("kept", "Multiply", forget, c)
    added = step.add("added", "Multiply", enter, step.add("new", "Tanh", parts["g"]))
    c = step.add("clipped_cell", "Clamp", step.add("sum", "Add", kept, added), min="=-clip", max="=clip")
    shown = step.add("shown", "Multiply", leave, step.add("bend", "Tanh", c))
    h = step.add("state_projection", "Linear", shown, out_features="=h.features", bias=False)
    h = step.add("clipped_state", "Clamp", h, min="=-clip", max="=clip")
    step.output("h", h)
    step.output("c", c)
    step.output("output", h, "What is told about this word")
    return step


def _softmax() -> Drawing:
    graph = Drawing(
        "Softmax",
        "Which word comes next, or came before.",
        arguments=[whole("vocabulary", 320, low=2, help="Different words.")],
        initial=[
            Initial(
                nodes=("linear",),
                parameter="weight",
                method="normal_",
                arguments={"std": "=1 / x.features ** 0.5"},
            ),
            Initial(nodes=("linear",), parameter="bias", method="zeros_"),
        ],
    )
    graph.output("logits", graph.add("linear", "Linear", graph.input("x"), out_features="=vocabulary"))
    return graph


def _mix() -> Drawing:
    graph = Drawing(
        "ScalarMix",
        "A weighted mean of the layers, times a number.",
        arguments=[whole("count", 3, low=1, help="Layers to listen to.")],
        initial=[
            Initial(nodes=("weights",), parameter="", method="zeros_"),
            Initial(nodes=("gamma",), parameter="", method="ones_"),
        ],
    )
    layers = graph.input("layers")
    weights = graph.add("weights", "Parameter", sizes="=(count,)")
    shares = graph.add("shares", "Softmax", weights, dim=0)
    mean = graph.add("mean", "Einsum", shares, layers, equation="l,lbtf->btf")
    graph.output("output", graph.add("scaled", "Multiply", mean, graph.add("gamma", "Parameter", sizes=(1,))))
    return graph


def _tagger() -> Drawing:
    graph = Drawing("Tagger", "What each word is meant as.", arguments=[SENSES])
    graph.output("logits", graph.add("linear", "Linear", graph.input("x"), out_features="=senses"))
    return graph


def _steps() -> tuple[Drawing, ...]:
    pretrain = Drawing("Pretrain", "How surprising each word is to who has read up to it, and to who reads backwards.")
    losses = [
        pretrain.add(f"surprise_{way}", "CrossEntropyLoss", logits, words, classes="last")
        for way, logits, words in _foretold(pretrain)
    ]
    pretrain.output("loss", pretrain.add("loss", "Average", *losses))

    reading = Drawing("EvaluateReading", "Among how many words each direction seems to choose, over a whole split.")
    for way, logits, words in _foretold(reading):
        reading.output(way, reading.add(f"perplexity_{way}", "Perplexity", logits, words))

    learn = Drawing("LearnSenses", "The few sentences whose senses are known; what reads them stays as it is.")
    logits, sense = _tagged(learn, learn.input("characters")), learn.input("sense")
    learn.output("loss", learn.add("cross_entropy", "CrossEntropyLoss", logits, sense, classes="last"))

    evaluate = Drawing("Evaluate", "How often the sense of a word is told, over a whole split.")
    logits, sense = _tagged(evaluate, evaluate.input("characters")), evaluate.input("sense")
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", logits, sense, classes="last"))
    return pretrain, reading, learn, evaluate, _senses()


def _foretold(step: Drawing) -> list[tuple[str, Wire, Wire]]:
    """For each direction its name, what it expects and which words these were."""
    characters, words = step.input("characters"), step.input("words")
    read = step.add(NAME, f"model:{NAME}", characters)
    before = step.add("before", "Slice", read["forward"], dim=1, stop=-1)
    after = step.add("after", "Slice", read["backward"], dim=1, start=1)
    return [
        ("forward", step.add("next", f"model:{SOFTMAX}", before), step.add("next_words", "Slice", words, start=1)),
        ("backward", step.add("last", f"model:{SOFTMAX}", after), step.add("last_words", "Slice", words, stop=-1)),
    ]


def _tagged(step: Drawing, characters: Wire) -> Wire:
    layers = step.add(NAME, f"model:{NAME}", characters)["layers"]
    return step.add(TAGGER, f"model:{TAGGER}", step.add(MIX, f"model:{MIX}", layers))


def _senses() -> Drawing:
    show = Drawing("Senses", "A word from the middle of each sentence, what it is taken for and what it was meant as.")
    characters, words, sense = show.input("characters"), show.input("words"), show.input("sense")
    told = show.add("most_likely", "ArgMax", _tagged(show, characters), dim=2)
    show.output("word", show.add("middle", "Select", words, dim=1, index=8))
    for name, wire in (("told", told), ("meant", sense)):
        number = show.add(f"{name}_in_the_middle", "Select", wire, dim=1, index=8)
        show.output(name, show.add(name, "Cast", number, dtype="float32"))
    return show

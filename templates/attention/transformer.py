"""Transformer

Paper: Attention Is All You Need
Authors: Ashish Vaswani, Noam Shazeer, Niki Parmar, Jakob Uszkoreit, Llion Jones, Aidan N. Gomez and others
Year: 2017
Link: https://arxiv.org/abs/1706.03762
Parameters: 63,082,496

A translation without recurrence: every place looks directly at every other place and takes from each as much as fits.
No signal has to be carried through a state step by step, so that distance does not matter and all places are computed
at once. What order the words had is told by waves added to their embeddings.

Attention gives `softmax(q kᵀ / √d) v`: each query takes the mean of the values, weighted by how well it fits their
keys; `heads` of them look for different things, each in `d = width / heads` dimensions. The encoder's layers attend to
the source; the decoder's attend to what has been written so far (a mask hides the rest) and then to the encoder's
result, its `memory`. After each part `x = norm(x + part(x))`. One matrix embeds source and target, times `√width`, and
also gives the logits.

Training gives the decoder the right answer so far, softens the labels by 0.1 and lets the learning rate rise for 4000
steps and fall with `1/√step`. Layers are named as in torch.nn.Transformer (whose two extra final norms the paper does
not have), with 37,000 pieces of words in common for both languages; `big` has 214,245,376 parameters. Norms moved
before the parts later, which trains without the slow start; the encoder alone became BERT, the decoder alone GPT.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Goal,
    Initial,
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
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

NAME = "transformer"

VOCABULARY = whole("vocabulary", 37000, low=4, help="Pieces of words of both languages; 0 is padding.")
WIDTH = whole("width", 512, low=1, help="Numbers that describe a word on its way.")
HEADS = whole("heads", 8, low=1, help="Attention heads; they share the width.")
LAYERS = whole("layers", 6, low=1, help="Layers of the encoder, and of the decoder.")
FEED_FORWARD = whole("feed_forward", 2048, low=1, help="Units of the hidden layer that each place has for itself.")
DROPOUT = real("dropout", 0.1, low=0, high=0.9, help="Share of numbers silenced at each training step.")
LAYER = (WIDTH, HEADS, FEED_FORWARD, DROPOUT)
_PASSED: dict[str, Any] = {argument.name: f"={argument.name}" for argument in LAYER}
PADDING = 0


def transformer() -> Document:
    return document(
        __doc__,
        _transformer(),
        _embedded(),
        _encoder(),
        _encoder_layer(),
        _decoder(),
        _decoder_layer(),
        *_steps(),
        arguments=[
            VOCABULARY,
            *LAYER,
            LAYERS,
        ],
        models=[
            Model(
                name=NAME,
                graph="Transformer",
                arguments={"vocabulary": "=vocabulary", "layers": "=layers", **_PASSED},
                inputs={
                    "source": InputType(("B", "S"), "int64"),
                    "target": InputType(("B", "T"), "int64"),
                },
            )
        ],
        recipe=Recipe(
            data=DataSource("ReverseStrings", {"alphabet": 26, "low": 8, "high": 32}),
            stages=(
                Stage(
                    name="train",
                    steps=100_000,
                    phases=(
                        Phase(
                            name="learn",
                            step="TrainStep",
                            models=(NAME,),
                            feeds={"target": "decoder_input", "answer": "target"},
                            optimiser=Optimiser("Adam", {"lr": 7e-4, "betas": (0.9, 0.98), "eps": 1e-9}),
                            schedule=Schedule("noam", {"warmup": 4000}),
                        ),
                    ),
                ),
            ),
            evaluations=tuple(
                Evaluation(
                    name=split,
                    graph="Evaluate",
                    split=split,
                    every=1000 if split == "validation" else None,
                    feeds={"target": "decoder_input", "answer": "target"},
                )
                for split in ("validation", "test")
            ),
            previews=(
                Preview(
                    name="answers", graph="Answer", show="text", count=8, every=1000,
                    feeds={"target": "decoder_input"},
                ),
            ),
            batch_size=256,
        ),
        presets=[
            Preset(name="paper", summary="The base model: six layers of 512 on each side."),
            Preset(
                name="quick",
                summary="Two narrow layers on each side, which learn to write strings backwards.",
                arguments={
                    "vocabulary": 13, "width": 64, "heads": 4, "layers": 2, "feed_forward": 128, "dropout": 0.0,
                },
                data=DataSource("ReverseStrings", {"low": 4, "high": 12}),
                recipe={
                    "batch_size": 64,
                    "stages.train.steps": 1200,
                    "stages.train.learn.optimiser.lr": 2e-3,
                    "stages.train.learn.schedule.warmup": 200,
                    "evaluations.validation.every": 200,
                    "previews.answers.every": 200,
                },
                goal=Goal(
                    evaluation="test",
                    metric="exact_match",
                    at_least=0.95,
                    baseline="0.01 by a linear map from all letters to each place; it would be 1.00 if all strings had "
                    "one length",
                    ruin="0.00 when the decoder does not look at the source",
                ),
            ),
            Preset(
                name="big",
                summary="Twice as wide, with 16 heads.",
                arguments={"width": 1024, "heads": 16, "feed_forward": 4096, "dropout": 0.3},
            ),
        ],
    )  # fmt: skip


def _transformer() -> Drawing:
    net = Drawing(
        "Transformer",
        "Encoder, decoder, and logits from the embedding's own matrix.",
        arguments=[VOCABULARY, *LAYER, LAYERS],
        initial=_INITIAL,
    )
    source, target = net.input("source", "Words to translate"), net.input("target", "The answer so far")
    x = net.add("embedding", "graph:Embedded", source, vocabulary="=vocabulary", width="=width", dropout="=dropout")
    y = net.add(
        "target_embedding", "graph:Embedded", target, vocabulary="=vocabulary", width="=width", dropout="=dropout",
        shares_with="embedding",
    )  # fmt: skip
    padding = net.add("padding", "PaddingMask", source, padding=PADDING, true="blocked")
    memory = net.add("encoder", "graph:Encoder", x, padding, layers="=layers", **_PASSED)
    hidden = net.add("decoder", "graph:Decoder", y, memory, padding, layers="=layers", **_PASSED)
    ties = {"weight": "embedding.words.weight"}
    net.output("logits", net.add("softmax", "Linear", hidden, out_features="=vocabulary", bias=False, ties=ties))
    return net


_INITIAL = (
    Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_"),
    Initial(nodes=("Linear",), parameter="bias", method="zeros_"),
    Initial(nodes=("MultiheadAttention",), parameter="in_proj_weight", method="xavier_uniform_"),
    Initial(nodes=("MultiheadAttention",), parameter="out_proj.weight", method="xavier_uniform_"),
    Initial(nodes=("Embedding",), parameter="weight", method="normal_", arguments={"std": "=width ** -0.5"}),
)


def _embedded() -> Drawing:
    graph = Drawing(
        "Embedded", "Words as vectors, with waves that tell their places.", arguments=[VOCABULARY, WIDTH, DROPOUT]
    )
    x = graph.add("words", "Embedding", graph.input("tokens"), num_embeddings="=vocabulary", embedding_dim="=width")
    x = graph.add("scale", "Scale", x, scale="=width ** 0.5")
    x = graph.add("places", "SinusoidalPositions", x)
    graph.output("output", graph.add("dropout", "Dropout", x, p="=dropout"))
    return graph


def _encoder() -> Drawing:
    graph = Drawing("Encoder", "Layers that let every word see every other.", arguments=[*LAYER, LAYERS])
    x, padding = graph.input("x"), graph.input("padding", "True where there is no word")
    graph.output("memory", graph.add("layers", "graph:EncoderLayer", x, padding, repeat="=layers", **_PASSED))
    return graph


def _encoder_layer() -> Drawing:
    graph = Drawing("EncoderLayer", "Attention to all words, and a net for each; sums are normalised.", arguments=LAYER)
    x, padding = graph.input("x"), graph.input("padding", "True where there is no word")
    y = graph.add(
        "self_attn", "MultiheadAttention", wired={"query": x, "key": x, "value": x, "key_padding_mask": padding},
        num_heads="=heads", dropout="=dropout",
    )  # fmt: skip
    x = _normalised(graph, x, y, 1)
    graph.output("output", _fed_forward(graph, x, 2))
    return graph


def _decoder() -> Drawing:
    graph = Drawing(
        "Decoder", "Layers that see the answer so far, and the encoder's memory.", arguments=[*LAYER, LAYERS]
    )
    x, memory = graph.input("x"), graph.input("memory")
    padding = graph.input("padding", "True where the source has no word")
    mask = graph.add("mask", "CausalMask", x, true="blocked")
    x = graph.add(
        "layers", "graph:DecoderLayer", wired={"x": x, "memory": memory, "padding": padding, "mask": mask},
        repeat="=layers", **_PASSED,
    )  # fmt: skip
    graph.output("hidden", x)
    return graph


def _decoder_layer() -> Drawing:
    graph = Drawing(
        "DecoderLayer", "Attention to what was written, then to the source, then a net for each word.", arguments=LAYER
    )
    x, memory = graph.input("x"), graph.input("memory", "What the encoder made of the source")
    padding = graph.input("padding", "True where the source has no word")
    mask = graph.input("mask", "True where a word may not be seen")
    y = graph.add(
        "self_attn", "MultiheadAttention", wired={"query": x, "key": x, "value": x, "attn_mask": mask},
        num_heads="=heads", dropout="=dropout",
    )  # fmt: skip
    x = _normalised(graph, x, y, 1)
    y = graph.add(
        "multihead_attn", "MultiheadAttention",
        wired={"query": x, "key": memory, "value": memory, "key_padding_mask": padding},
        num_heads="=heads", dropout="=dropout",
    )  # fmt: skip
    x = _normalised(graph, x, y, 2)
    graph.output("output", _fed_forward(graph, x, 3))
    return graph


def _normalised(graph: Drawing, x: Wire, y: Wire, number: int) -> Wire:
    y = graph.add(f"dropout{number}", "Dropout", y, p="=dropout")
    return graph.add(f"norm{number}", "LayerNorm", graph.add(f"add{number}", "Add", x, y))


def _fed_forward(graph: Drawing, x: Wire, number: int) -> Wire:
    y = graph.add("linear1", "Linear", x, out_features="=feed_forward")
    y = graph.add("relu", "ReLU", y)
    y = graph.add("dropout", "Dropout", y, p="=dropout")
    y = graph.add("linear2", "Linear", y, out_features="=width")
    return _normalised(graph, x, y, number)


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "The right answer so far goes in; each next word is asked for, with softened labels.")
    logits, answer = _answered(train)
    loss = train.add(
        "cross_entropy", "CrossEntropyLoss", logits, answer, classes="last", label_smoothing=0.1, ignore_index=PADDING
    )
    train.output("loss", loss)
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, answer, classes="last", ignore_index=PADDING))

    evaluate = Drawing("Evaluate", "How many answers are right from the first word to the last.")
    logits, answer = _answered(evaluate)
    evaluate.output("exact_match", evaluate.add("exact_match", "ExactMatch", logits, answer, ignore_index=PADDING))
    evaluate.output(
        "accuracy", evaluate.add("accuracy", "Accuracy", logits, answer, classes="last", ignore_index=PADDING)
    )

    show = Drawing("Answer", "The most likely answer to each source.")
    source = show.input("source")
    logits = show.add(NAME, f"model:{NAME}", source, show.input("target"))
    show.output("source", source)
    show.output("answer", show.add("most_likely", "ArgMax", logits, dim=-1))
    return train, evaluate, show


def _answered(step: Drawing) -> tuple[Wire, Wire]:
    """Logits, and the words that they should have named. All are right only where writing word by word would be."""
    source, target, answer = step.input("source"), step.input("target"), step.input("answer")
    return step.add(NAME, f"model:{NAME}", source, target), answer

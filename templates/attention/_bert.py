"""The encoder that BERT and RoBERTa share, its parts named as Hugging Face's."""

from __future__ import annotations

from typing import Any

from app.core.document import Argument, Frame, GraphLayout, Initial
from app.core.draw import Drawing, Wire, real, whole

LAYERS = whole("layers", 12, low=1, help="Layers of the encoder.")
WIDTH = whole("width", 768, low=1, help="Numbers that describe a token on its way.")
HEADS = whole("heads", 12, low=1, help="Attention heads; they share the width.")
HIDDEN = whole("hidden", 3072, low=1, help="Units of the hidden layer that each place has for itself.")
DROPOUT = real("dropout", 0.1, low=0, high=0.9, help="Share of numbers silenced at each training step.")


LAYER = (HEADS, HIDDEN, DROPOUT)
PASSED: dict[str, Any] = {name: f"={name}" for name in ("heads", "hidden", "dropout", "eps")}

INITIAL = (
    Initial(nodes=("Linear", "Embedding"), parameter="weight", method="normal_", arguments={"std": 0.02}),
    Initial(nodes=("Linear",), parameter="bias", method="zeros_"),
)

LAYER_LAYOUT = GraphLayout(
    frames=(
        Frame(title="Look around", nodes=("attention",)),
        Frame(title="Think", nodes=("intermediate", "output")),
    )
)


def word_embeddings(vocabulary: Argument) -> Drawing:
    """The table of tokens, both ways: rows looked up, and the table itself, for the head that asks which row fits."""
    initial = (Initial(nodes=("weight",), parameter="", method="normal_", arguments={"std": 0.02}),)
    graph = Drawing(
        "WordEmbeddings",
        "A table with a row of numbers for each token.",
        arguments=[vocabulary, WIDTH],
        initial=initial,
    )
    table = graph.add("weight", "Parameter", sizes="=(vocabulary, width)")
    graph.output("rows", graph.add("look_up", "Index", table, graph.input("tokens")))
    graph.output("table", table)
    return graph


def epsilon(default: float) -> Argument:
    return real("eps", default, low=0, help="What the norms add to a variance.")


def encoder(eps: Argument) -> Drawing:
    graph = Drawing("Encoder", "Layers in which every token sees every other.", arguments=[LAYERS, *LAYER, eps])
    x, mask = graph.input("x"), graph.input("mask", "True where there is a token")
    graph.output("hidden", graph.add("layer", "graph:Layer", x, mask, repeat="=layers", **PASSED))
    return graph


def layer(eps: Argument) -> Drawing:
    graph = Drawing(
        "Layer", "Attention to all tokens, and a net for each; sums are normalised.", arguments=[*LAYER, eps]
    )
    x, mask = graph.input("x"), graph.input("mask", "True where there is a token")
    sizes: dict[str, Any] = {name: PASSED[name] for name in ("heads", "dropout", "eps")}
    x = graph.add("attention", "graph:Attention", x, mask, **sizes)
    y = graph.add("intermediate", "graph:Intermediate", x, hidden="=hidden")
    graph.output("output", _added(graph, y, x))
    return graph


def attention(eps: Argument) -> Drawing:
    graph = Drawing("Attention", "What each token gathers, added to it.", arguments=[HEADS, DROPOUT, eps])
    x, mask = graph.input("x"), graph.input("mask", "True where there is a token")
    y = graph.add("self", "graph:SelfAttention", x, mask, heads="=heads", dropout="=dropout")
    graph.output("output", _added(graph, y, x))
    return graph


def self_attention() -> Drawing:
    graph = Drawing(
        "SelfAttention", "Each token looks to both sides at once, in several ways.", arguments=[HEADS, DROPOUT]
    )
    x, mask = graph.input("x"), graph.input("mask", "True where there is a token")
    heads = [
        graph.add(
            f"{name}_heads", "SplitHeads", graph.add(name, "Linear", x, out_features="=x.features"), heads="=heads"
        )
        for name in ("query", "key", "value")
    ]
    x = graph.add("attention", "ScaledDotProductAttention", *heads, mask, dropout="=dropout")
    graph.output("output", graph.add("merge", "MergeHeads", x))
    return graph


def intermediate() -> Drawing:
    graph = Drawing("Intermediate", "Wider, and a bend.", arguments=[HIDDEN])
    x = graph.add("dense", "Linear", graph.input("x"), out_features="=hidden")
    graph.output("output", graph.add("gelu", "GELU", x))
    return graph


def output(eps: Argument) -> Drawing:
    graph = Drawing("Output", "Back to the width, added to what came in, and normalised.", arguments=[DROPOUT, eps])
    y, x = graph.input("y", "What a part of the layer made"), graph.input("x", "What came into it")
    y = graph.add("dropout", "Dropout", graph.add("dense", "Linear", y, out_features="=x.features"), p="=dropout")
    graph.output("output", graph.add("LayerNorm", "LayerNorm", graph.add("add", "Add", y, x), eps="=eps"))
    return graph


def _added(graph: Drawing, y: Wire, x: Wire) -> Wire:
    return graph.add("output", "graph:Output", y, x, dropout="=dropout", eps="=eps")


def pooler() -> Drawing:
    graph = Drawing("Pooler", "One layer on what the first token gathered.")
    x = graph.add("dense", "Linear", graph.input("x"), out_features="=x.features")
    graph.output("output", graph.add("tanh", "Tanh", x))
    return graph


def body(eps: Argument) -> tuple[Drawing, ...]:
    """All that both models have in common but for the embeddings of places."""
    return encoder(eps), layer(eps), attention(eps), self_attention(), intermediate(), output(eps), pooler()

"""What GPT and GPT-2 have in common: their arguments, attention that looks back only, and the net for each place."""

from __future__ import annotations

from app.core.draw import Drawing, real, whole

LAYERS = whole("layers", 12, low=1, help="Blocks, one after the other.")
WIDTH = whole("width", 768, low=1, help="Numbers that describe a token on its way.")
HEADS = whole("heads", 12, low=1, help="Attention heads; they share the width.")
DROPOUT = real("dropout", 0.1, low=0, high=0.9, help="Share of numbers silenced at each training step.")


def attention() -> Drawing:
    graph = Drawing("Attention", "Each place looks back at those before it.", arguments=[WIDTH, HEADS, DROPOUT])
    x = graph.add("c_attn", "Linear", graph.input("x"), out_features="=width * 3")
    parts = graph.add("parts", "Chunk", x, chunks=3, dim=-1, names="q, k, v")
    q, k, v = (graph.add(f"{name}_heads", "SplitHeads", parts[name], heads="=heads") for name in ("q", "k", "v"))
    x = graph.add("attention", "ScaledDotProductAttention", q, k, v, is_causal=True, dropout="=dropout")
    x = graph.add("merge", "MergeHeads", x)
    x = graph.add("c_proj", "Linear", x, out_features="=width")
    graph.output("output", graph.add("drop", "Dropout", x, p="=dropout"))
    return graph


def mlp() -> Drawing:
    graph = Drawing("MLP", "Each place by itself: four times as wide, a bend, and back.", arguments=[WIDTH, DROPOUT])
    x = graph.add("c_fc", "Linear", graph.input("x"), out_features="=width * 4")
    x = graph.add("gelu", "GELU", x, approximate="tanh")
    x = graph.add("c_proj", "Linear", x, out_features="=width")
    graph.output("output", graph.add("drop", "Dropout", x, p="=dropout"))
    return graph

"""What is taken out of the Transformers."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing, with_graph, with_node


def looking_back_only(document: Document) -> Document:
    """As a model that says what comes next: no place sees what stands to its right."""
    graph = document.graphs["SelfAttention"]
    arguments = {**graph.nodes["attention"].arguments, "is_causal": True}
    edges = tuple(edge for edge in graph.edges if (edge.target.node, edge.target.port) != ("attention", "attn_mask"))
    return with_graph(document, replace(with_node(graph, "attention", arguments=arguments), edges=edges))


RUINS: dict[str, tuple[str, Ruin]] = {
    "transformer": ("the decoder does not look at the source", bypassing("DecoderLayer", "multihead_attn")),
    "gpt": ("no place looks at another", bypassing("Attention", "attention")),
    "bert": ("no place sees what stands to its right", looking_back_only),
    "roberta": ("no token looks at another", bypassing("SelfAttention", "attention")),
    "vit": ("no square looks at another", bypassing("EncoderLayer", "self_attention")),
    "gpt2": ("no place looks at another", bypassing("Attention", "attention")),
}

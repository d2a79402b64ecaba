"""What is taken out of the Transformers."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document, Edge, End, Kind, Node, Use
from tests.ruins.operations import Ruin, bypassing, with_graph, with_node


def looking_back_only(document: Document) -> Document:
    """As a model that says what comes next: no place sees what stands to its right."""
    graph = document.graphs["SelfAttention"]
    arguments = {**graph.nodes["attention"].arguments, "is_causal": True}
    edges = tuple(edge for edge in graph.edges if (edge.target.node, edge.target.port) != ("attention", "attn_mask"))
    return with_graph(document, replace(with_node(graph, "attention", arguments=arguments), edges=edges))


def squares_alone(document: Document) -> Document:
    """No square sees another; what says how that part starts goes with it."""
    ruined = bypassing("EncoderLayer", "self_attention")(document)
    graph = ruined.graphs["EncoderLayer"]
    initial = tuple(entry for entry in graph.initial if "self_attention" not in entry.nodes)
    return with_graph(ruined, replace(graph, initial=initial))


def handing_over_nothing(document: Document) -> Document:
    """The decoder begins from zeros, whatever was read."""
    graph = document.graphs["Decoder"]
    edges = tuple(edge for edge in graph.edges if edge.target.port not in ("h_0", "c_0"))
    return with_graph(document, replace(graph, edges=edges))


def weighing_alike(document: Document) -> Document:
    """All scores are zero: every place gathers the plain mean."""
    graph = with_node(document.graphs["SelfAttention"], "scores", arguments={"scale": 0.0})
    return with_graph(document, graph)


def looking_at_all_alike(document: Document) -> Document:
    """The decoder gets the plain mean of the memory at every step."""
    graph = document.graphs["Attention"]
    flat = Node(id="flat", name="flat", use=Use(Kind.BLOCK, "Scale"), arguments={"scale": 0.0})
    (scored,) = [edge for edge in graph.edges if edge.target == End("seen", "input")]
    edges = tuple(edge for edge in graph.edges if edge is not scored)
    around = (Edge(scored.source, End("flat", "input")), Edge(End("flat", "output"), scored.target))
    return with_graph(document, replace(graph, nodes={**graph.nodes, "flat": flat}, edges=(*edges, *around)))


RUINS: dict[str, tuple[str, Ruin]] = {
    "transformer": ("the decoder does not look at the source", bypassing("DecoderLayer", "multihead_attn")),
    "gpt": ("no place looks at another", bypassing("Attention", "attention")),
    "bert": ("no place sees what stands to its right", looking_back_only),
    "roberta": ("no token looks at another", bypassing("SelfAttention", "attention")),
    "self_attention": ("every place takes as much from all", weighing_alike),
    "seq2seq": ("nothing is handed over", handing_over_nothing),
    "attention_seq2seq": ("it looks at all words alike", looking_at_all_alike),
    "vit": ("no square looks at another", squares_alone),
    "gpt2": ("no place looks at another", bypassing("Attention", "attention")),
}

"""What is taken out of the recurrent templates."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing, standing_in, with_graph, with_node


def memoryless(graph: str, layer: str, size: str = "=hidden") -> Ruin:
    """A linear layer in the place of a recurrent one: each place sees only itself, and the rest starts as before."""
    instead = standing_in(graph, layer, "Linear", "input", "input", {"out_features": size})

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        initial = tuple(one for one in found.initial if layer not in one.nodes)
        return instead(with_graph(document, replace(found, initial=initial)))

    return ruined


def given(graph: str, node: str, **arguments: Any) -> Ruin:
    """A block with other arguments, and without alternatives."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        changed = with_node(found, node, arguments={**found.nodes[node].arguments, **arguments})
        return with_graph(document, changed)

    return ruined


RUINS: dict[str, tuple[str, Ruin]] = {
    "lstm": ("no memory: each place sees only its own mark", memoryless("CharacterLSTM", "lstm")),
    "rnn_vanilla": ("no memory: each place sees only its own mark", memoryless("CharacterModel", "rnn")),
    "gru": ("no memory: each place sees only its own mark", memoryless("CharacterModel", "gru")),
    "rnn_many_to_one": ("no memory: the last moment alone is seen", memoryless("ManyToOne", "rnn")),
    "rnn_one_to_many": ("no memory: each letter sees only the one before", memoryless("OneToMany", "rnn")),
    "rnn_many_to_many": ("no memory: each place sees only its own digit", memoryless("ManyToMany", "rnn")),
    "birnn": ("nobody reads from the end", given("BidirectionalTagger", "lstm", bidirectional=False)),
    "time_series": ("no memory: the last value alone is seen", memoryless("Forecaster", "lstm")),
    "cnn_rnn": ("no memory: the last frame alone is seen", memoryless("RecurrentConvolutional", "lstm")),
    "speech_ctc": ("no memory: each window is heard by itself", memoryless("Recogniser", "lstm", "=hidden * 2")),
    "recursive_nn": ("no bend: a phrase is a weighted sum of its words", bypassing("Composition", "tanh")),
}

"""The ruin of each template: the same document with its idea taken out. Trained alike, it must miss the goal.

``python tests/ruins.py TEMPLATE FOLDER`` writes the ruin's source folder, whose ``train.py`` then runs as any other's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import templates
from app.codegen.training import source_files
from app.core.document import Document, Edge, End, Graph, Kind, Node, Use
from blocks import library

Ruin = Callable[[Document], Document]


def with_graph(document: Document, graph: Graph) -> Document:
    return replace(document, graphs={**document.graphs, graph.name: graph})


def with_node(graph: Graph, identity: str, **fields: Any) -> Graph:
    return replace(graph, nodes={**graph.nodes, identity: replace(graph.nodes[identity], **fields)})


def bypassing(graph: str, *nodes: str) -> Ruin:
    """What enters these nodes first comes out of them."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        for node in nodes:
            found = with_node(found, node, bypass=True)
        return with_graph(document, found)

    return ruined


def standing_in(graph: str, node: str, block: str, source: str, target: str, arguments: Mapping[str, Any]) -> Ruin:
    """Another block in a node's place, which gets only what entered its port ``source``, at its own ``target``."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        made: Node = replace(found.nodes[node], use=Use(Kind.BLOCK, block), arguments=arguments, cases=())
        edges: list[Edge] = []
        for edge in found.edges:
            if edge.target.node != node:
                edges.append(edge)
            elif edge.target.port == source:
                edges.append(replace(edge, target=End(node, target), order=0))
        return with_graph(document, replace(found, nodes={**found.nodes, node: made}, edges=tuple(edges)))

    return ruined


def torch_start(graph: str) -> Ruin:
    """Weights start as torch starts them."""
    return lambda document: with_graph(document, replace(document.graphs[graph], initial=()))


def without_phase(name: str) -> Ruin:
    """One of the phases is left out: what it trains stays as it was drawn."""

    def ruined(document: Document) -> Document:
        assert document.recipe is not None
        stages = tuple(
            replace(stage, phases=tuple(phase for phase in stage.phases if phase.name != name))
            for stage in document.recipe.stages
        )
        presets = {
            key: replace(preset, recipe={k: v for k, v in preset.recipe.items() if f".{name}." not in k})
            for key, preset in document.presets.items()
        }
        return replace(document, recipe=replace(document.recipe, stages=stages), presets=presets)

    return ruined


def without_predictor_and_average(document: Document) -> Document:
    """Each view's projection is to be what the other's is, now: nothing keeps all from becoming one point."""
    document = bypassing("TrainStep", "predictor_a", "predictor_b")(document)
    target = replace(document.models["target"], decay=0.0)
    return replace(document, models={**document.models, "target": target})


RUINS: Mapping[str, tuple[str, Ruin]] = {
    "mlp_classifier": ("no bend between the layers", bypassing("Layer", "activation")),
    "lenet5": ("no bend between the layers", bypassing("LeNet5", "bend1", "bend3", "bend5", "bend6")),
    "vgg16": ("torch's own start", torch_start("VGG")),
    "resnet18": ("no shortcut", bypassing("BasicBlock", "add")),
    "resnet50": ("no shortcut", bypassing("Bottleneck", "add")),
    "resnet152": ("no shortcut", bypassing("Bottleneck", "add")),
    "dcgan": ("generator not trained", without_phase("generate")),
    "byol": ("no predictor, no average", without_predictor_and_average),
    "vae": (
        "code drawn without looking at the image",
        lambda document: standing_in("Evaluate", "draw", "RandomNormalLike", "mean", "input", {})(
            standing_in("TrainStep", "draw", "RandomNormalLike", "mean", "input", {})(document)
        ),
    ),
    "lstm": (
        "no memory: each place sees only its own mark",
        standing_in("CharacterLSTM", "lstm", "Linear", "input", "input", {"out_features": "=hidden"}),
    ),
    "ntm": ("nothing is ever written", bypassing("WriteHead", "write")),
    "transformer": ("the decoder does not look at the source", bypassing("DecoderLayer", "multihead_attn")),
    "gpt2": ("no place looks at another", bypassing("Attention", "attention")),
    "unet": ("only the shallow maps, nothing from below", bypassing("Up", "join")),
    "gcn": ("no neighbours", standing_in("GraphConvolution", "propagate", "Identity", "b", "input", {})),
}
"""What is taken out, and the function that does it."""


def ruined(name: str) -> Document:
    """The template without its idea."""
    return RUINS[name][1](templates.load(name))


def main(name: str, folder: Path) -> None:
    """Write the ruin's source folder, under ``quick``."""
    for path, text in source_files(ruined(name), library(), "quick").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

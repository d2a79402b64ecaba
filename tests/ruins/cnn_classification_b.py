"""What is taken out of the classifiers that were built of many-branched modules."""

from __future__ import annotations

from app.core.document import Document, Value
from tests.ruins.operations import Ruin, bypassing, with_graph, with_node


def first_branch_only(*modules: str) -> Ruin:
    """Of each module only what stands first in its concatenation."""

    def ruined(document: Document) -> Document:
        for module in modules:
            document = bypassing(module, "join")(document)
        return document

    return ruined


def with_arguments(graph: str, node: str, **arguments: Value) -> Ruin:
    """Other values of a node's arguments."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        said = {**found.nodes[node].arguments, **arguments}
        return with_graph(document, with_node(found, node, arguments=said))

    return ruined


RUINS: dict[str, tuple[str, Ruin]] = {
    "inception_v1": ("no window beyond the single pixel in a module", first_branch_only("Inception")),
    "inception_v3": (
        "no window beyond the single pixel in a module",
        first_branch_only("InceptionA", "InceptionC", "InceptionE"),
    ),
    "xception": (
        "no channel looks beyond its pixel",
        with_arguments("SeparableConv2d", "conv1", kernel_size=1, padding=0),
    ),
    "inception_v4": (
        "no window beyond the single pixel in a module",
        first_branch_only("InceptionA", "InceptionB", "InceptionC"),
    ),
    **dict.fromkeys(
        ("nasnet_mobile", "nasnet_large"),
        ("cells without their five sums", first_branch_only("NormalCell", "FirstCell")),
    ),
}

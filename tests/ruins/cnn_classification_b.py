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


def branches_of_pixels(document: Document) -> Document:
    """Separable convolutions of 1×1 in all cells, which need no border."""
    for node in ("separable_1", "separable_2"):
        document = with_arguments("BranchSeparables", node, kernel=1, padding=0)(document)
    return bypassing("BranchSeparables", "pad")(document)


PIXELS_ALONE = (
    "no convolution looks beyond its pixel, only pools do",
    with_arguments("BasicConv2d", "conv", kernel_size=1, padding=0),
)
"""Taking the windows out of the modules alone leaves those of the stem and of the reductions, which are enough for a
few digits.
"""

RUINS: dict[str, tuple[str, Ruin]] = {
    "inception_v1": ("no window beyond the single pixel in a module", first_branch_only("Inception")),
    "inception_v3": PIXELS_ALONE,
    "xception": (
        "no channel looks beyond its pixel",
        with_arguments("SeparableConv2d", "conv1", kernel_size=1, padding=0),
    ),
    "inception_v4": PIXELS_ALONE,
    **dict.fromkeys(
        ("nasnet_mobile", "nasnet_large"),
        ("no branch looks beyond its pixel, only pools do", branches_of_pixels),
    ),
}

"""What is taken out of the templates that mark each pixel."""

from __future__ import annotations

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing, with_graph, with_node


def stepping(document: Document) -> Document:
    """The last two stages step by two, as in a classifier, and their kernels are not spread."""
    trunk = document.graphs["Backbone"]
    for name in ("layer3", "layer4"):
        said = {key: value for key, value in trunk.nodes[name].arguments.items() if key != "dilation"}
        trunk = with_node(trunk, name, arguments={**said, "stride": "=2 if i == 0 else 1"})
    return with_graph(document, trunk)


RUINS: dict[str, tuple[str, Ruin]] = {
    "unet": ("only the shallow maps, nothing from below", bypassing("Up", "join")),
    "deeplabv3": ("strides instead of dilation", stepping),
    "fcn": ("only the coarsest scores, enlarged", bypassing("FCN", "fuse_pool4", "fuse_pool3")),
}

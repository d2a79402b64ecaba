"""What is taken out of the graph networks."""

from __future__ import annotations

from tests.ruins.operations import Ruin, standing_in

RUINS: dict[str, tuple[str, Ruin]] = {
    "gcn": ("no neighbours", standing_in("GraphConvolution", "propagate", "Identity", "b", "input", {})),
    "gnn_basic": (
        "no messages: each vertex hears only itself",
        standing_in("MessagePassing", "propagate", "Identity", "features", "input", {}),
    ),
    "gat": (
        "every neighbour gets the same share",
        standing_in("GraphAttention", "leaky", "ZerosLike", "input", "input", {}),
    ),
}

"""What is taken out of the graph networks."""

from __future__ import annotations

from tests.ruins.operations import Ruin, standing_in

RUINS: dict[str, tuple[str, Ruin]] = {
    "gcn": ("no neighbours", standing_in("GraphConvolution", "propagate", "Identity", "b", "input", {})),
}

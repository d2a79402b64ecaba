"""What blocks on graphs check: edges as two rows of node numbers, from and to."""

from __future__ import annotations

from app.core.problems import InsertBefore, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import wrong_dtype

EDGES_HELP = "2×E whole numbers: the nodes that edges lead from, and those that they lead to."


def check_edges(edge_index: TensorType) -> None:
    """Edges as PyTorch Geometric has them."""
    if edge_index.dtype != "int64":
        raise wrong_dtype(edge_index, "node numbers (int64)", "int64", "edge_index")
    if edge_index.rank != 2 or differ(edge_index.shape[0], 2):
        turned = edge_index.rank == 2 and not differ(edge_index.shape[1], 2)
        turn = InsertBefore("edge_index", "Transpose", {"dim0": 0, "dim1": 1}, "Transpose it first")
        raise ShapeError(
            f"“edge_index” takes 2×E, from and to; {edge_index} came." + (" Transpose it first." if turned else ""),
            expected="2×E",
            came=str(edge_index),
            part="edge_index",
            fixes=(turn,) if turned else (),
        )

"""What paddings take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.tensor_type import TensorType
from blocks.rules import each
from tests.blocks.harness import mostly, tensor_types

DIMS = {"1d": 1, "2d": 2, "3d": 3}
NUMBERS = [f"{kind}Pad{dims}" for kind in ("Zero", "Constant") for dims in DIMS]
BORDERS = [f"{kind}Pad{dims}" for kind in ("Reflection", "Replication", "Circular") for dims in DIMS]


def _maps(dims: int) -> Any:
    return lambda block: st.tuples(mostly(tensor_types(dims + 2, dims + 2, sizes=(1, 5 if dims < 3 else 4))))


def _beyond(block: Any, base: TensorType) -> str | None:
    if base.rank != block.dims + 2:
        return "torch pads the last dimensions of anything"
    if base.dtype == "bool":
        return "torch pads truth values with false"
    around = each(block.padding, 2 * block.dims)
    sides = [size + sum(around[2 * at : 2 * at + 2]) for at, size in enumerate(reversed(base.shape[2:]))]
    return "torch gives an empty map; nothing can be done with it" if 0 in sides else None


def _border(block: Any, base: TensorType) -> str | None:
    if base.rank == block.dims + 1:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    return "torch pads whole numbers and truth values in some modes" if not base.is_floating else None


INPUTS = {name: _maps(DIMS[name[-2:]]) for name in (*NUMBERS, *BORDERS)}
STRICTER: dict[str, Any] = dict.fromkeys(NUMBERS, _beyond) | dict.fromkeys(BORDERS, _border)

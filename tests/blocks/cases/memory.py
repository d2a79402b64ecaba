"""What a memory's blocks take: sizes that belong together most of the time."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, mostly, tensor_types, whole_numbers

sizes = st.integers(1, 5)
PATTERNS = {
    "key": "BM",
    "strength": "B1",
    "memory": "BNM",
    "weights": "BN",
    "shift": "BS",
    "power": "B1",
    "erase": "BM",
    "add": "BM",
}


@st.composite
def _sized(draw: st.DrawFn, block: Block) -> Inputs:
    letters = {"1": 1} | {letter: draw(sizes) for letter in "BNMS"}
    found = []
    for port in block.ports()[0]:
        shape = [letters[letter] for letter in PATTERNS[port.name]]
        if draw(st.integers(0, 15)) == 0:
            shape[draw(st.integers(0, len(shape) - 1))] += 1
        found.append(_positive(tuple(shape), draw(st.sampled_from(["float32"] * 12 + ["int64"]))))
    return tuple(found)


def _positive(shape: tuple[int, ...], dtype: str) -> Wired:
    return Wired(TensorType(shape, dtype), lambda: (1 + torch.rand(shape)).to(getattr(torch, dtype)))


INPUTS: dict[str, Any] = dict.fromkeys(
    ("ContentAddressing", "CircularShift", "Sharpen", "MemoryRead", "MemoryWrite"), _sized
)


def _broadcast(block: Block, *types: TensorType) -> str | None:
    return "torch would broadcast one example's state to others, or mix in whole numbers"


STRICTER: dict[str, Any] = dict.fromkeys(INPUTS, _broadcast)


INPUTS |= {
    "CapsuleTransform": lambda block: st.tuples(mostly(tensor_types(3, 3))),
    "RoutingByAgreement": lambda block: st.tuples(mostly(tensor_types(4, 4, sizes=(1, 4)))),
}
ARGUMENTS: dict[str, Any] = {
    "CapsuleTransform": {"out_capsules": st.integers(1, 4), "out_features": st.integers(1, 4)},
    "Squash": {"dim": st.integers(-3, 3)},
}


def _capsules(block: Block, base: TensorType) -> str | None:
    if base.rank in (0, 3):
        return "torch takes a scalar for a list of one, and one example for a batch"
    return whole_numbers(block, base)


STRICTER |= dict.fromkeys(("Squash", "CapsuleTransform", "RoutingByAgreement"), _capsules)

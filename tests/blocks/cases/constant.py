"""What constants take."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import nn

from app.core.block import buffer, parameter
from app.core.tensor_type import ModuleType, TensorType
from tests.blocks.harness import Inputs, Wired, mostly

ARGUMENTS: dict[str, Any] = {
    "Arange": {"dim": st.integers(-3, 3)},
    "Eye": {"dim": st.integers(-3, 3)},
    "FullLike": {"value": st.sampled_from([0, 1, 2, 0.5, -1.0])},
}
STRICTER: dict[str, Any] = {
    "FullLike": lambda block, given: "torch cuts the fraction off",
    "Constant": lambda block, like: "torch cuts the fraction off" if not like.is_floating else None,
}
INPUTS: dict[str, Any] = {name: lambda block: st.just(()) for name in ("Parameter", "Buffer")}


STATE = {"weight": parameter(2, 3), "inner.mean": buffer(3)}


class _Kept(nn.Module):
    """A model with that state."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(2, 3))
        self.inner = nn.Module()
        self.inner.mean = nn.Buffer(torch.zeros(3))


@st.composite
def _written(draw: st.DrawFn, block: Any) -> Inputs:
    """A model whose state is known, and a value that fits most of the time."""
    kept = STATE.get(block.key)
    fitting = TensorType(kept.shape if kept is not None else (3,))
    model = ModuleType("model", ("x",), ("y",), lambda types: types, lambda: STATE)
    return Wired(model, _Kept), draw(mostly(st.just(fitting)))


ARGUMENTS["Assign"] = {"key": st.sampled_from([*STATE, *STATE, "bias"])}
INPUTS["Assign"] = _written

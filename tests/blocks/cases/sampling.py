"""What blocks that call a model over and over take."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from app.core.block import Block
from app.core.tensor_type import ModuleType, TensorType
from tests.blocks.harness import Inputs, Wired, tensor_types

CLASSES = 7


class _NextToken(nn.Module):
    """Scores of the next token, which are the same each time."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, tokens: Tensor) -> Tensor:
        torch.nn.functional.one_hot(tokens, CLASSES)  # as an embedding, it takes whole numbers alone
        return torch.zeros(*tokens.shape, *self.shape)


@st.composite
def _begun(draw: st.DrawFn, block: Block) -> Inputs:
    """A model of the right kind and a beginning; now and then another."""
    shape: tuple[int, ...] = (CLASSES,) if draw(st.integers(0, 5)) else (CLASSES, 2)
    tokens = TensorType((draw(st.integers(1, 4)), draw(st.integers(1, 5))), "int64")
    if not draw(st.integers(0, 5)):
        tokens = draw(tensor_types(0, 3))

    def called(types: Any) -> tuple[TensorType, ...]:
        return (TensorType((*types[0].shape, *shape)),)

    model = Wired(ModuleType("model", ("tokens",), ("logits",), called), lambda: _NextToken(shape))
    return model, Wired(tokens, lambda: torch.zeros(tokens.shape, dtype=getattr(torch, tokens.dtype)))


INPUTS = {"GenerateTokens": _begun}

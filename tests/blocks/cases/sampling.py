"""What blocks that call a model over and over take."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from app.core.block import Block
from app.core.tensor_type import ModuleType, TensorType
from tests.blocks.harness import Inputs, Wired, mostly, tensor_types

CLASSES = 7


class _NextToken(nn.Module):
    """Scores of the next token, which are the same each time."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, tokens: Tensor, *given: Tensor) -> Tensor:
        assert all(len(other) == len(tokens) for other in given)
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
    beginning = Wired(tokens, lambda: torch.zeros(tokens.shape, dtype=getattr(torch, tokens.dtype)))
    if len(block.ports()[0]) < 3:
        return model, beginning
    batch = tokens.shape[0] if tokens.rank else 1
    rest = st.sampled_from([TensorType((batch, 3))] * 6 + [TensorType((batch + 1, 3)), TensorType(())])
    return model, beginning, tuple(draw(st.lists(rest, max_size=2)))


class _Energy(nn.Module):
    """An energy for each example, from the sum of its squares."""

    def __init__(self, tail: tuple[int, ...]) -> None:
        super().__init__()
        self.tail = tail

    def forward(self, x: Tensor) -> Tensor:
        energy = x.reshape(len(x), -1).square().sum(dim=1)
        return energy.reshape(-1, *[1] * len(self.tail)).expand(-1, *self.tail)


@st.composite
def _started(draw: st.DrawFn, block: Block) -> Inputs:
    start = draw(mostly(tensor_types(1, 4, dtypes=("float32", "float32", "float64"))))
    tail = draw(st.sampled_from([(), (1,)] * 4 + [(1, 2), (3,)]))

    def called(types: Any) -> tuple[TensorType, ...]:
        return (types[0].with_shape(types[0].shape[0], *tail),)

    return Wired(ModuleType("model", ("x",), ("energy",), called), lambda: _Energy(tail)), start


def _scores(block: Block) -> st.SearchStrategy[Inputs]:
    return st.tuples(mostly(tensor_types(1, 4)))


INPUTS = {
    **dict.fromkeys(("GenerateTokens", "GreedySearch", "SampleTokens", "BeamSearch"), _begun),
    "LangevinDynamics": _started,
    "TopKFilter": _scores,
    "TopPFilter": _scores,
}
WRITERS = {"end": st.sampled_from([None, None, 0, CLASSES - 1, CLASSES]), "count": st.integers(1, 5)}
ARGUMENTS: dict[str, Any] = {
    "GreedySearch": WRITERS,
    "SampleTokens": WRITERS,
    "BeamSearch": WRITERS | {"width": st.integers(1, 4)},
    "LangevinDynamics": {"count": st.integers(1, 3), "noise": st.sampled_from([0.0, 0.5])},
    "TopKFilter": {"k": st.integers(1, 5)},
}


def _unsuited(block: Block, *types: Any) -> str | None:
    return "a model that gives something else than scores for each token may run by chance"


def _whole(block: Block, given: TensorType) -> str | None:
    return None if given.is_floating else "torch computes it for whole numbers, which no softmax takes"


STRICTER: dict[str, Any] = {
    **dict.fromkeys(("GreedySearch", "SampleTokens", "BeamSearch", "LangevinDynamics"), _unsuited),
    **dict.fromkeys(("TopKFilter", "TopPFilter", "Temperature"), _whole),
}

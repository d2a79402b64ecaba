"""What recurrent layers and cells take: sequences, and states that fit them."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from app.core.tensor_type import ModuleType, TensorType
from tests.blocks.harness import Inputs, Wired, mostly, related, tensor_types


@st.composite
def _sequences(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(mostly(tensor_types(3, 3)))
    lengths = _real_lengths(draw, block, base) if base.rank == 3 and draw(st.integers(0, 3)) == 2 else None
    if base.rank != 3 or not draw(st.booleans()):
        return (base, *(None for _ in block.inputs[2:]), lengths)
    batch = base.shape[0 if block.batch_first else 1]
    layers = block.num_layers * block.directions
    sizes = (getattr(block, "proj_size", 0) or block.hidden_size, block.hidden_size)
    fitting = [base.with_shape(layers, batch, size) for size in sizes]
    states = (_mostly(draw, state) for state, _ in zip(fitting, block.inputs[1:-1], strict=False))
    return (base, *states, lengths)


def _real_lengths(draw: st.DrawFn, block: Any, base: TensorType) -> Wired:
    """Of the batch, all of them full, so that the work is that of the types; now and then something else."""
    batch, length = base.shape[:2] if block.batch_first else (base.shape[1], base.shape[0])
    wrong = draw(st.integers(0, 9))
    kind = TensorType((batch + 1 if wrong == 8 else batch,), "float32" if wrong == 9 else "int64")
    return Wired(kind, lambda: torch.full(kind.shape, length).to(getattr(torch, kind.dtype)))


@st.composite
def _steps(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(mostly(tensor_types(2, 2)))
    if base.rank != 2 or not draw(st.booleans()):
        return (base, *(None for _ in block.inputs[1:]))
    state = base.with_shape(base.shape[0], block.hidden_size)
    return (base, *(_mostly(draw, state) for _ in block.inputs[1:]))


@st.composite
def _films(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(mostly(tensor_types(4, 4)))
    if base.rank != 4 or not draw(st.booleans()):
        return (base, None, None)
    state = base.with_shape(base.shape[0], block.hidden_channels, *base.shape[2:])
    return (base, *(_mostly(draw, state) for _ in range(2)))


def _mostly(draw: st.DrawFn, state: TensorType) -> TensorType | None:
    chance = draw(st.integers(0, 9))
    return state if chance > 1 else draw(related(state)) if chance else None


def _no_batch(block: Any, base: TensorType, *states: Any) -> str | None:
    if base.rank == (1 if "Cell" in type(block).__name__ else 2):
        return "torch takes one sequence without a batch; in a drawing that is a forgotten dimension"
    if "Cell" not in type(block).__name__ and states[-1] is not None:
        return "torch takes lengths of another precision, and cuts their fractions off"
    if getattr(block, "dropout", 0) and block.num_layers == 1:
        return "torch only warns"
    return None


class _Joint(nn.Module):
    """The mean of the children, or something of another size."""

    def __init__(self, more: int) -> None:
        super().__init__()
        self.more = more

    def forward(self, children: Tensor, *given: Tensor) -> Tensor:
        assert all(len(other) == len(children) for other in given)
        return nn.functional.pad(children.mean(dim=1), (0, self.more))


@st.composite
def _trees(draw: st.DrawFn, block: Any) -> Inputs:
    """Leaves, and joints whose children are leaves; now and then what does not fit together."""
    leaves = draw(mostly(tensor_types(3, 3, dtypes=("float32", "float32", "float64"))))
    batch = leaves.shape[0] if leaves.rank else 1
    chance = draw(st.integers(0, 14))
    sizes = (batch + (chance == 1), draw(st.integers(1, 4)), draw(st.integers(1, 3)))
    kind = TensorType(sizes[: 2 if chance == 2 else 3], "int32" if chance == 3 else "int64")
    children = Wired(kind, lambda: torch.zeros(kind.shape, dtype=getattr(torch, kind.dtype)))
    more = int(chance == 4)

    def called(types: Any) -> tuple[TensorType, ...]:
        return (types[0].with_shape(types[0].shape[0], types[0].shape[2] + more),)

    joint = Wired(ModuleType("model", ("children",), ("node",), called), lambda: _Joint(more))
    return joint, leaves, children, (TensorType((batch, 2)),) * draw(st.integers(0, 1))


LAYERS = ("RNN", "GRU", "LSTM")
CELLS = ("RNNCell", "GRUCell", "LSTMCell")
INPUTS: dict[str, Any] = dict.fromkeys(LAYERS, _sequences) | dict.fromkeys(CELLS, _steps)
ARGUMENTS: dict[str, Any] = {
    name: {"dropout": st.sampled_from([0.0, 0.0, 0.5]), "num_layers": st.integers(1, 3)} for name in LAYERS
}
INPUTS["ConvLSTMCell"] = _films
ARGUMENTS["ConvLSTMCell"] = {"hidden_channels": st.integers(1, 4), "kernel_size": st.sampled_from([1, 3, 3, 5, 2])}
ARGUMENTS["LSTM"] = {
    **ARGUMENTS["LSTM"],
    "hidden_size": st.integers(3, 6),
    "proj_size": st.sampled_from([0, 0, 1, 2, 2, 5]),
}
STRICTER = dict.fromkeys((*LAYERS, *CELLS), _no_batch)

STRICTER["ConvLSTMCell"] = lambda block, *given: (
    "states would shrink from step to step" if block.kernel_size % 2 == 0 else _no_batch(block, *given)
)
INPUTS["TreeFold"] = _trees
STRICTER["TreeFold"] = lambda block, *given: "other sizes and kinds of numbers may fit together by chance"

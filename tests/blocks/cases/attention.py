"""What attention takes: queries, keys, values and masks that fit them most of the time."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, related

MASKS = ("bool", "bool", "bool", "float32", "float64")


def _mask(draw: st.DrawFn, *shapes: tuple[int, ...]) -> TensorType | None:
    chance = draw(st.integers(0, 7))
    if chance < 3:
        return None
    mask = TensorType(draw(st.sampled_from(shapes)), draw(st.sampled_from(MASKS)))
    return mask if chance < 7 else draw(related(mask))


def _sometimes_wrong(draw: st.DrawFn, inputs: Inputs) -> Inputs:
    wrong = draw(st.integers(0, 20))
    return tuple(draw(related(item)) if item is not None and at == wrong else item for at, item in enumerate(inputs))


@st.composite
def _with_heads(draw: st.DrawFn, block: Any) -> Inputs:
    sizes = st.integers(1, 4)
    batch, length, source = draw(sizes), draw(sizes), draw(sizes)
    embed = block.num_heads * draw(sizes)
    read, gathered = (draw(st.sampled_from([embed, embed, 3])) for _ in range(2))

    def sequence(length: int, features: int) -> TensorType:
        return TensorType((batch, length, features) if block.batch_first else (length, batch, features))

    masks = _mask(draw, (batch, source)), _mask(draw, (length, source), (batch * block.num_heads, length, source))
    return _sometimes_wrong(draw, (sequence(length, embed), sequence(source, read), sequence(source, gathered), *masks))


@st.composite
def _scaled(draw: st.DrawFn, block: Any) -> Inputs:
    before = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2)))
    length, source, features, gathered = (draw(st.integers(1, 4)) for _ in range(4))
    dtype = draw(st.sampled_from(["float32", "float32", "float32", "float64", "int64"]))
    grouped = before
    if block.enable_gqa and (len(before) == 2 or draw(st.integers(0, 3))):
        before = (before[0], 2 * before[-1])
        grouped = (before[0], draw(st.sampled_from([before[1], before[1] // 2, before[1] // 2, 1])))
    shapes = ((*before, length, features), (*grouped, source, features), (*grouped, source, gathered))
    mask = _mask(draw, (length, source), (*before, length, source), (1, source))
    return _sometimes_wrong(draw, (*(TensorType(shape, dtype) for shape in shapes), mask))


def _multihead_stricter(block: Any, *types: Any) -> str | None:
    if types[0].rank == 2:
        return "torch takes one sequence without a batch; in a drawing that is a forgotten dimension"
    return None


def _scaled_stricter(block: Any, query: TensorType, key: TensorType, value: TensorType, mask: Any = None) -> str | None:
    if query.rank < 3:
        return "torch takes one sequence without a batch; in a drawing that is a forgotten dimension"
    if block.enable_gqa and (query.rank < 4 or key.shape[:-2] != value.shape[:-2] or query.shape[0] != key.shape[0]):
        return "torch groups heads on some of its paths only"
    if not block.enable_gqa and len({query.shape[:-2], key.shape[:-2], value.shape[:-2]}) > 1:
        return "torch broadcasts batch and heads, on some of its paths only"
    if mask is not None and (block.is_causal or mask.rank < 2 or mask.dtype != query.dtype):
        return "torch takes such a mask on some of its paths only"
    return None


@st.composite
def _encoded(draw: st.DrawFn, block: Any) -> Inputs:
    sizes = st.integers(1, 4)
    batch, length, source, embed = draw(sizes), draw(sizes), draw(sizes), block.nhead * draw(sizes)

    def sequence(length: int) -> TensorType:
        return TensorType((batch, length, embed) if block.batch_first else (length, batch, embed))

    own = _mask(draw, (length, length)), _mask(draw, (batch, length))
    if "Encoder" in type(block).__name__:
        return _sometimes_wrong(draw, (sequence(length), *own))
    across = _mask(draw, (length, source)), _mask(draw, (batch, source))
    return _sometimes_wrong(draw, (sequence(length), sequence(source), own[0], across[0], own[1], across[1]))


def _layer_stricter(block: Any, *types: Any) -> str | None:
    if types[0].rank == 2:
        return "torch takes one sequence without a batch; in a drawing that is a forgotten dimension"
    if any(mask is not None for mask in types[1:]):
        return "torch takes such masks on some of its paths only"
    return None


INPUTS = {
    "TransformerEncoderLayer": _encoded,
    "TransformerDecoderLayer": _encoded,
    "MultiheadAttention": _with_heads,
    "ScaledDotProductAttention": _scaled,
}
LAYER = {"nhead": st.integers(1, 3), "dropout": st.sampled_from([0.0, 0.1, 0.1]), "dim_feedforward": st.integers(1, 8)}
ARGUMENTS = {
    "TransformerEncoderLayer": LAYER,
    "TransformerDecoderLayer": LAYER,
    "MultiheadAttention": {"num_heads": st.integers(1, 3), "dropout": st.sampled_from([0.0, 0.0, 0.5])},
    "ScaledDotProductAttention": {"dropout": st.sampled_from([None, None, 0.0, 0.5])},
}
STRICTER = {
    "TransformerEncoderLayer": _layer_stricter,
    "TransformerDecoderLayer": _layer_stricter,
    "MultiheadAttention": _multihead_stricter,
    "ScaledDotProductAttention": _scaled_stricter,
}


def _fused(block: Any, query: TensorType, key: TensorType, *rest: Any) -> Any:
    """Without weights to give, the scores are computed by one operation, which is not counted on a CPU."""
    if block.need_weights:
        return 0
    batch, length, embed = query.shape if block.batch_first else (query.shape[1], query.shape[0], query.shape[2])
    source = key.shape[1 if block.batch_first else 0] + block.add_bias_kv + block.add_zero_attn
    return 2 * batch * length * source * embed


def _fused_in_layer(block: Any, *types: Any) -> Any:
    """The same in a whole layer, of one attention or of two."""
    query = types[0]
    sizes = query.shape[:2] if block.batch_first else query.shape[1::-1]
    found = 2 * sizes[0] * sizes[1] ** 2 * query.shape[2]
    if "Decoder" in type(block).__name__:
        found += 2 * sizes[0] * sizes[1] * types[1].shape[1 if block.batch_first else 0] * query.shape[2]
    return found


UNCOUNTED = {
    "MultiheadAttention": _fused,
    "TransformerEncoderLayer": _fused_in_layer,
    "TransformerDecoderLayer": _fused_in_layer,
}

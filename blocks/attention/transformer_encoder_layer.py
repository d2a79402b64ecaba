"""nn.TransformerEncoderLayer."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, port
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.attention._layer import TransformerLayer


@dataclass(frozen=True, kw_only=True)
class TransformerEncoderLayer(TransformerLayer):
    """One layer of a Transformer's encoder as torch has it: self-attention, then two layers, each with skip and norm.

    x ← norm1(x + attention(x, x, x)), y = norm2(x + linear2(dropout(activation(linear1(x))))); with norm first, x +
    part(norm(x)). With a causal mask it is a layer of GPT. To see and change its parts, draw them as a graph, as the
    template of the Transformer does. Shapes: B×T×E, unchanged.
    Source: Vaswani et al., Attention is all you need, 2017; as torch.nn.TransformerEncoderLayer.
    """

    inputs = (
        port("src", "The sequences, B×T×E"),
        port("src_mask", "True where a position must not look, T×T", optional=True),
        port("src_key_padding_mask", "True where a position is only padding, B×T", optional=True),
    )
    synonyms = ("transformer block", "encoder", "self-attention", "bert layer", "nn.TransformerEncoder")

    def infer(
        self, src: TensorType, src_mask: TensorType | None = None, src_key_padding_mask: TensorType | None = None
    ) -> TensorType:
        self._check_sequence(src, "src")
        batch, length = self._sizes(src)
        names = ("src_mask", "src_key_padding_mask")
        self._check_masks(src_mask, src_key_padding_mask, names, (batch, length, length))
        return src

    def call(
        self, src: TensorType, src_mask: TensorType | None = None, src_key_padding_mask: TensorType | None = None
    ) -> Module:
        given = {"src_mask": src_mask, "src_key_padding_mask": src_key_padding_mask}
        return self._module(src.shape[2], given, "src")

    def weights(self, src: TensorType, *masks: TensorType | None) -> dict[str, Weight]:
        return self._attention("self_attn", src.shape[2]) | self._rest(src.shape[2], 2)

    def macs(self, src: TensorType, *masks: TensorType | None) -> Dim:
        total: Dim = self._attention_macs(src, src) + self._rest_macs(src)
        return total

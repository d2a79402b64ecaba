"""nn.TransformerDecoderLayer."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, port
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.attention._layer import TransformerLayer
from blocks.rules import same_size


@dataclass(frozen=True, kw_only=True)
class TransformerDecoderLayer(TransformerLayer):
    """One layer of a Transformer's decoder as torch has it: self-attention, attention to the encoder, two layers.

    x ← norm1(x + attention(x, x, x)), x ← norm2(x + attention(x, memory, memory)), y = norm3(x + linear2(linear1(x))).
    The causal mask is wired, it is not made. To see and change its parts, draw them as a graph, as the template of the
    Transformer does. Shapes: B×T×E and memory B×S×E → B×T×E.
    Source: Vaswani et al., Attention is all you need, 2017; as torch.nn.TransformerDecoderLayer.
    """

    inputs = (
        port("tgt", "The sequences so far, B×T×E"),
        port("memory", "What came out of the encoder, B×S×E"),
        port("tgt_mask", "True where a position must not look, T×T: a CausalMask that says blocked", optional=True),
        port("memory_mask", "True where a position must not look in the memory, T×S", optional=True),
        port("tgt_key_padding_mask", "True where a position is only padding, B×T", optional=True),
        port("memory_key_padding_mask", "True where the memory is only padding, B×S", optional=True),
    )
    synonyms = ("transformer block", "decoder", "cross-attention", "nn.TransformerDecoder")

    def infer(
        self,
        tgt: TensorType,
        memory: TensorType,
        tgt_mask: TensorType | None = None,
        memory_mask: TensorType | None = None,
        tgt_key_padding_mask: TensorType | None = None,
        memory_key_padding_mask: TensorType | None = None,
    ) -> TensorType:
        self._check_sequence(tgt, "tgt")
        self._check_sequence(memory, "memory")
        same_size(memory.shape[2], tgt.shape[2], "number of features", "memory", "tgt")
        (batch, length), (others, source) = self._sizes(tgt), self._sizes(memory)
        same_size(others, batch, "batch", "memory", "tgt")
        own = ("tgt_mask", "tgt_key_padding_mask")
        self._check_masks(tgt_mask, tgt_key_padding_mask, own, (batch, length, length))
        across = ("memory_mask", "memory_key_padding_mask")
        self._check_masks(memory_mask, memory_key_padding_mask, across, (batch, length, source))
        return tgt

    def call(self, tgt: TensorType, memory: TensorType, *masks: TensorType | None) -> Module:
        names = [port.name for port in self.inputs[2:]]
        return self._module(tgt.shape[2], dict(zip(names, masks, strict=False)), "tgt, memory")

    def weights(self, tgt: TensorType, memory: TensorType, *masks: TensorType | None) -> dict[str, Weight]:
        features = tgt.shape[2]
        attentions = self._attention("self_attn", features) | self._attention("multihead_attn", features)
        return attentions | self._rest(features, 3)

    def macs(self, tgt: TensorType, memory: TensorType, *masks: TensorType | None) -> Dim:
        attentions = self._attention_macs(tgt, tgt) + self._attention_macs(tgt, memory)
        total: Dim = attentions + self._rest_macs(tgt)
        return total

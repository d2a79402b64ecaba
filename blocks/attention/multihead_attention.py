"""nn.MultiheadAttention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, Port, Weight, flag, parameter, port, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, differ, indivisible, product
from app.core.tensor_type import TensorType
from blocks.attention._masks import check_mask, check_sizes
from blocks.rules import float32, known, same_size, shaped, wrong_dtype

DEFAULTS: dict[str, Any] = {"dropout": 0.0, "bias": True, "add_bias_kv": False, "add_zero_attn": False}
DEFAULTS |= {"kdim": None, "vdim": None, "batch_first": False}


@dataclass(frozen=True, kw_only=True)
class MultiheadAttention(Block):
    """Attention with several heads and learnt projections: each query gathers values by how well keys match it.

    head_i = softmax(Q·W_i^Q·(K·W_i^K)ᵀ / √d)·V·W_i^V, y = [head_1, …, head_h]·W^O. Masked positions (True, or minus
    infinity) are left out. Shapes: B×L×E, B×S×K, B×S×V → B×L×E, and where asked for the weights B×L×S.
    Source: Vaswani et al., Attention is all you need, 2017; as torch.nn.MultiheadAttention.
    """

    inputs = (
        port("query", "What asks, B×L×E; the same wire thrice is self-attention"),
        port("key", "What is compared with the queries, B×S×K"),
        port("value", "What is gathered, B×S×V"),
        port("key_padding_mask", "True where a key is only padding, B×S", optional=True),
        port("attn_mask", "True where a query must not look, L×S or (B·heads)×L×S", optional=True),
    )
    trains = True
    synonyms = ("self-attention", "cross-attention", "transformer attention", "mha")

    num_heads: int = whole(8, low=1, label="Heads", help="How many attentions side by side share the features.")
    dropout: float = real(0.0, low=0.0, high=1.0, label="Dropout", help="Share of the weights dropped while training.")
    bias: bool = flag(True, label="Bias", help="Learnt offsets in the projections.")
    add_bias_kv: bool = flag(False, label="Learnt key", help="One learnt key and value more than come in.")
    add_zero_attn: bool = flag(False, label="Zero key", help="One key and value of zeros more, to look at nothing.")
    batch_first: bool = flag(True, label="Batch first", help="Sequences are B×L×E, otherwise L×B×E.")
    need_weights: bool = flag(False, label="Give weights", help="A second output: who looked where. It costs speed.")
    average_attn_weights: bool = flag(True, label="Average heads", help="The weights are averaged over the heads.")

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        weights = (port("weights", "Who looked where"),) if self.need_weights else ()
        return self.inputs, (*self.outputs, *weights)

    def infer(
        self,
        query: TensorType,
        key: TensorType,
        value: TensorType,
        key_padding_mask: TensorType | None = None,
        attn_mask: TensorType | None = None,
    ) -> TensorType | tuple[TensorType, ...]:
        for name, given in (("query", query), ("key", key), ("value", value)):
            shaped(given, "B×length×features" if self.batch_first else "length×B×features", name)
            float32(given, name)
            known(given.shape[2], "number of features", name)
        self._check_heads(query)
        (batch, length), (_, source) = self._sizes(query), self._sizes(key)
        same_size(self._sizes(key)[0], batch, "batch", "key", "query")
        same_size(value.shape[0], key.shape[0], "batch and length", "value", "key")
        same_size(value.shape[1], key.shape[1], "batch and length", "value", "key")
        self._check_masks(key_padding_mask, attn_mask, batch, length, source)
        if not self.need_weights:
            return query
        heads = () if self.average_attn_weights else (self.num_heads,)
        return query, query.with_shape(batch, *heads, length, source + self._further_keys())

    def _further_keys(self) -> int:
        return int(self.add_bias_kv) + int(self.add_zero_attn)

    def _sizes(self, sequence: TensorType) -> tuple[Dim, Dim]:
        first, second = sequence.shape[:2]
        return (first, second) if self.batch_first else (second, first)

    def _check_heads(self, query: TensorType) -> None:
        if indivisible(query.shape[2], self.num_heads):
            raise ShapeError(
                f"The {query.shape[2]} features of “query” cannot be split among {self.num_heads} heads. "
                "Choose a number of heads that divides them.",
                expected=f"a multiple of {self.num_heads}",
                came=str(query.shape[2]),
                part="num_heads",
                fixes=(SetArgument("num_heads", 1, "Take a single head"),),
            )

    def _check_masks(
        self, padding: TensorType | None, mask: TensorType | None, batch: Dim, length: Dim, source: Dim
    ) -> None:
        if padding is not None:
            check_mask(padding, "float32", "key_padding_mask")
            check_sizes(padding, (batch, source), "B×S", "key_padding_mask")
        if mask is not None:
            check_mask(mask, "float32", "attn_mask")
            if mask.rank == 3:
                check_sizes(mask, (batch * self.num_heads, length, source), "(B·heads)×L×S", "attn_mask")
            else:
                check_sizes(mask, (length, source), "L×S", "attn_mask")
        if padding is not None and mask is not None and padding.dtype != mask.dtype:
            raise wrong_dtype(mask, f"the dtype of “key_padding_mask”, {padding.dtype}", padding.dtype, "attn_mask")

    def call(
        self,
        query: TensorType,
        key: TensorType,
        value: TensorType,
        key_padding_mask: TensorType | None = None,
        attn_mask: TensorType | None = None,
    ) -> Module:
        embed = query.shape[2]
        arguments: dict[str, Any] = {"embed_dim": embed, "num_heads": self.num_heads, "dropout": self.dropout}
        arguments |= {"bias": self.bias, "add_bias_kv": self.add_bias_kv, "add_zero_attn": self.add_zero_attn}
        arguments["kdim"] = key.shape[2] if differ(key.shape[2], embed) else None
        arguments["vdim"] = value.shape[2] if differ(value.shape[2], embed) else None
        arguments["batch_first"] = self.batch_first
        given = [] if key_padding_mask is None else ["key_padding_mask=key_padding_mask"]
        given += [] if self.need_weights else ["need_weights=False"]
        given += [] if attn_mask is None else ["attn_mask=attn_mask"]
        given += ["average_attn_weights=False"] if self.need_weights and not self.average_attn_weights else []
        forward = f"module({', '.join(['query', 'key', 'value', *given])})"
        return Module(
            "nn.MultiheadAttention",
            arguments,
            positional=2,
            defaults=DEFAULTS,
            forward=forward if self.need_weights else f"{forward}[0]",
            returns="output, weights" if self.need_weights else None,
            random=self.dropout > 0,
        )

    def weights(self, query: TensorType, key: TensorType, value: TensorType, *masks: Any) -> dict[str, Weight]:
        embed, read, gathered = query.shape[2], key.shape[2], value.shape[2]
        if differ(read, embed) or differ(gathered, embed):
            weights = {
                "q_proj_weight": parameter(embed, embed),
                "k_proj_weight": parameter(embed, read),
                "v_proj_weight": parameter(embed, gathered),
            }
        else:
            weights = {"in_proj_weight": parameter(3 * embed, embed)}
        if self.bias:
            weights["in_proj_bias"] = parameter(3 * embed)
        if self.add_bias_kv:
            weights |= {"bias_k": parameter(1, 1, embed), "bias_v": parameter(1, 1, embed)}
        weights["out_proj.weight"] = parameter(embed, embed)
        return weights | ({"out_proj.bias": parameter(embed)} if self.bias else {})

    def macs(self, query: TensorType, key: TensorType, value: TensorType, *masks: Any) -> Dim:
        embed = query.shape[2]
        batch, length = self._sizes(query)
        source = self._sizes(key)[1] + self._further_keys()
        projections = product([2, *query.shape, embed]) + product(key.shape) * embed + product(value.shape) * embed
        total: Dim = projections + product([2, batch, length, source, embed])
        return total

    def detail(self) -> str:
        return f"{self.num_heads} heads"

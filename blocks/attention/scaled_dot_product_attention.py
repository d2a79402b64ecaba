"""F.scaled_dot_product_attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, Module, flag, port, real
from app.core.problems import Disconnect, SetArgument, ShapeError
from app.core.symbolic import Dim, differ, indivisible, product
from app.core.tensor_type import TensorType, broadcast
from blocks.attention._masks import check_mask
from blocks.rules import at_least_rank, floating, same_dtype, same_size, wrong_shape


@dataclass(frozen=True, kw_only=True)
class ScaledDotProductAttention(Block):
    """Attention without weights of its own: every query gathers the values whose keys match it.

    y = softmax(Q·Kᵀ · scale + mask)·V, scale being 1/√E. With heads, they are a dimension before the length.
    Shapes: ...×L×E, ...×S×E, ...×S×V → ...×L×V.
    Source: Vaswani et al., Attention is all you need, 2017; as torch.nn.functional.scaled_dot_product_attention.
    """

    inputs = (
        port("query", "What asks, ...×L×E"),
        port("key", "What is compared with the queries, ...×S×E"),
        port("value", "What is gathered, ...×S×V"),
        port("attn_mask", "True where a query may look, or numbers added to the scores, ...×L×S", optional=True),
    )
    trains = True
    synonyms = ("sdpa", "dot-product attention", "flash attention", "causal attention", "gqa", "luong")

    is_causal: bool = flag(False, label="Causal", help="Each position looks only at itself and what comes before.")
    dropout: float | None = real(
        None, low=0.0, high=1.0, label="Dropout", help="Share of the weights dropped while training; nothing: none."
    )
    scale: float | None = real(None, low=0.0, label="Scale", help="Factor of the scores; nothing: 1/√E.")
    enable_gqa: bool = flag(
        False, label="Grouped queries", help="Several heads of queries share a head of keys and values: B×heads×L×E."
    )

    def infer(
        self, query: TensorType, key: TensorType, value: TensorType, attn_mask: TensorType | None = None
    ) -> TensorType:
        for name, given in (("query", query), ("key", key), ("value", value)):
            at_least_rank(given, 3, "B×...×length×features", name)
            floating(given, name)
        for name, given in (("key", key), ("value", value)):
            same_dtype(given, query, name, "query")
            if given.rank != query.rank:
                raise wrong_shape(given, "as many dimensions as “query” has", name)
            self._check_heads(given, query, name)
        if self.enable_gqa:
            same_size(value.shape[-3], key.shape[-3], "heads", "value", "key")
        same_size(key.shape[-1], query.shape[-1], "number of features", "key", "query")
        same_size(value.shape[-2], key.shape[-2], "length", "value", "key")
        if attn_mask is not None:
            self._check_mask(attn_mask, query, key)
        return query.with_shape(*query.shape[:-1], value.shape[-1])

    def _check_heads(self, given: TensorType, query: TensorType, name: str) -> None:
        shared = 3 if self.enable_gqa else 2
        for one, other in zip(given.shape[:-shared], query.shape[:-shared], strict=True):
            same_size(one, other, "batch" if self.enable_gqa else "batch and heads", name, "query")
        if self.enable_gqa and (query.rank < 4 or indivisible(query.shape[-3], given.shape[-3])):
            raise ShapeError(
                f"Every head of “{name}” serves as many heads of “query”, B×heads×L×E; {given} came for {query}. "
                "Choose a number of heads that divides theirs.",
                expected="a divisor of the heads of “query”",
                came=str(given),
                part=name,
                fixes=(SetArgument("enable_gqa", False, "Do not group"),),
            )

    def _check_mask(self, mask: TensorType, query: TensorType, key: TensorType) -> None:
        if self.is_causal:
            raise ShapeError(
                "A causal attention makes its own mask, so “attn_mask” stays unwired. Take one of them away.",
                expected="no mask",
                came=str(mask),
                part="attn_mask",
                fixes=(SetArgument("is_causal", False, "Not causal"), Disconnect("attn_mask", "Take the mask away")),
            )
        check_mask(mask, query.dtype, "attn_mask")
        scores = (*query.shape[:-1], key.shape[-2])
        fits = broadcast(mask.shape, scores) if 2 <= mask.rank <= len(scores) else None
        if fits is None or any(differ(one, other) for one, other in zip(fits, scores, strict=True)):
            raise wrong_shape(mask, f"what broadcasts to {'×'.join(str(size) for size in scores)}", "attn_mask")

    def call(self, *inputs: Any) -> Module | Expression:
        masked = len(inputs) > 3 and inputs[3] is not None
        mask = ", attn_mask=attn_mask" if masked else ""
        if self.dropout is None:
            scale = ", scale=scale" if self.scale is not None else ""
            groups = ", enable_gqa=True" if self.enable_gqa else ""
            template = f"F.scaled_dot_product_attention(query, key, value{mask}, is_causal=is_causal{scale}{groups})"
            values: dict[str, Any] = {"is_causal": self.is_causal} | ({"scale": self.scale} if scale else {})
            return Expression(template, **values)
        return Module(
            "ScaledDotProductAttention",
            {"dropout": self.dropout, "is_causal": self.is_causal, "scale": self.scale},
            positional=1,
            defaults={"is_causal": False, "scale": None},
            forward=f"module(query, {self._repeated('key')}, {self._repeated('value')}{mask})",
            source="scaled_dot_product_attention",
            random=True,
        )

    def _repeated(self, name: str) -> str:
        """Keys or values for each head of the queries."""
        if not self.enable_gqa:
            return name
        return f"{name}.repeat_interleave(query.shape[-3] // {name}.shape[-3], dim=-3)"

    def macs(self, query: TensorType, key: TensorType, value: TensorType, *mask: Any) -> Dim:
        total: Dim = product(query.shape[:-1]) * key.shape[-2] * (query.shape[-1] + value.shape[-1])
        return total

    def detail(self) -> str:
        return "causal" if self.is_causal else ""

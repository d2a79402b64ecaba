"""What the Transformer's layers have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, Weight, choice, flag, parameter, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, indivisible, product
from app.core.tensor_type import TensorType
from blocks.attention._masks import check_mask, check_sizes
from blocks.rules import float32, known, shaped, wrong_dtype

DEFAULTS: dict[str, Any] = {"dim_feedforward": 2048, "dropout": 0.1, "layer_norm_eps": 1e-5}
DEFAULTS |= {"batch_first": False, "norm_first": False, "bias": True}


@dataclass(frozen=True, kw_only=True)
class TransformerLayer(Block):
    """Base of TransformerEncoderLayer and TransformerDecoderLayer."""

    trains = True

    nhead: int = whole(8, low=1, label="Heads", help="How many attentions side by side share the features.")
    dim_feedforward: int = whole(2048, low=1, label="Inner features", help="Between the two layers after attention.")
    dropout: float = real(0.1, low=0.0, high=1.0, label="Dropout", help="After attention and inside what follows.")
    activation: str = choice("relu", "relu", "gelu", label="Activation", help="Between the two layers.")
    layer_norm_eps: float = real(1e-5, low=1e-12, label="Epsilon", help="Of the norms.")
    batch_first: bool = flag(True, label="Batch first", help="Sequences are B×T×E, otherwise T×B×E.")
    norm_first: bool = flag(False, label="Norm first", help="Norms before each part (pre-LN) instead of after it.")
    bias: bool = flag(True, label="Bias", help="Learnt offsets in all layers and norms.")

    def _check_sequence(self, given: TensorType, name: str) -> None:
        shaped(given, "B×T×features" if self.batch_first else "T×B×features", name)
        float32(given, name)
        features = known(given.shape[2], "number of features", name)
        if indivisible(features, self.nhead):
            raise ShapeError(
                f"The {features} features of “{name}” cannot be split among {self.nhead} heads. "
                "Choose a number of heads that divides them.",
                expected=f"a multiple of {self.nhead}",
                came=str(features),
                part="nhead",
                fixes=(SetArgument("nhead", 1, "Take a single head"),),
            )

    def _sizes(self, sequence: TensorType) -> tuple[Dim, Dim]:
        """Batch and length."""
        first, second = sequence.shape[:2]
        return (first, second) if self.batch_first else (second, first)

    def _check_masks(
        self, mask: TensorType | None, padding: TensorType | None, names: tuple[str, str], sizes: tuple[Dim, Dim, Dim]
    ) -> None:
        batch, length, source = sizes
        if mask is not None:
            check_mask(mask, "float32", names[0])
            check_sizes(mask, (length, source), "T×S", names[0])
        if padding is not None:
            check_mask(padding, "float32", names[1])
            check_sizes(padding, (batch, source), "B×S", names[1])
        if mask is not None and padding is not None and mask.dtype != padding.dtype:
            raise wrong_dtype(mask, f"the dtype of “{names[1]}”, {padding.dtype}", padding.dtype, names[0])

    def _module(self, features: Dim, given: dict[str, Any], first: str) -> Module:
        names = ("nhead", "dim_feedforward", "dropout")
        arguments: dict[str, Any] = {"d_model": features} | {name: getattr(self, name) for name in names}
        if self.activation != "relu":
            arguments["activation"] = self.activation
        for name in ("layer_norm_eps", "batch_first", "norm_first", "bias"):
            arguments[name] = getattr(self, name)
        wired = [first, *(f"{name}={name}" for name, mask in given.items() if mask is not None)]
        return Module(
            f"nn.{type(self).__name__}",
            arguments,
            positional=2,
            defaults=DEFAULTS,
            forward=f"module({', '.join(wired)})",
            random=self.dropout > 0,
        )

    def _layer(self, name: str, rows: Dim, columns: Dim) -> dict[str, Weight]:
        weights = {f"{name}.weight": parameter(rows, columns)}
        return weights | ({f"{name}.bias": parameter(rows)} if self.bias else {})

    def _attention(self, name: str, features: Dim) -> dict[str, Weight]:
        weights = {f"{name}.in_proj_weight": parameter(3 * features, features)}
        if self.bias:
            weights[f"{name}.in_proj_bias"] = parameter(3 * features)
        return weights | self._layer(f"{name}.out_proj", features, features)

    def _rest(self, features: Dim, norms: int) -> dict[str, Weight]:
        weights = self._layer("linear1", self.dim_feedforward, features)
        weights |= self._layer("linear2", features, self.dim_feedforward)
        for norm in range(1, norms + 1):
            weights[f"norm{norm}.weight"] = parameter(features)
            if self.bias:
                weights[f"norm{norm}.bias"] = parameter(features)
        return weights

    def _attention_macs(self, query: TensorType, key: TensorType) -> Dim:
        """Queries and what comes out, keys and values, scores and sums."""
        features = query.shape[2]
        projections = 2 * product([*query.shape, features]) + 2 * product([*key.shape, features])
        total: Dim = projections + 2 * product(query.shape) * self._sizes(key)[1]
        return total

    def _rest_macs(self, query: TensorType) -> Dim:
        total: Dim = 2 * product(query.shape) * self.dim_feedforward
        return total

    def detail(self) -> str:
        return f"{self.nhead} heads"

"""A number as waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, flag, port, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import FLOATING, INTEGER, TensorType
from blocks.rules import shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class TimestepEmbedding(Block):
    """Turns a number for each example, such as the step of a diffusion, into sines and cosines; nothing is learnt.

    y = [sin(t·w_0), …, cos(t·w_0), …], w_i = max_period^(-i / (E/2 - shift)).
    Shapes: B → B×embedding_dim.
    Source: Ho et al., Denoising diffusion probabilistic models, 2020, appendix B; its code has a shift of 1.
    """

    inputs = (port("t", "A number for each example, B."),)
    synonyms = ("diffusion", "time embedding", "sinusoidal", "noise level", "ddpm")

    embedding_dim: int = whole(128, low=2, label="Features", help="Size of each vector.")
    max_period: float = real(10000.0, low=1.0, label="Longest wave", help="Divided by 2π, in steps.")
    shift: float = real(0.0, low=0.0, high=1.0, label="Shift", help="1 where the last wave is to have that length.")
    cosine_first: bool = flag(False, label="Cosines first", help="As some implementations have it.")

    def infer(self, t: TensorType) -> TensorType:
        shaped(t, "B", "t")
        if t.dtype not in FLOATING | INTEGER:
            raise wrong_dtype(t, "numbers", "float32", "t")
        if self.embedding_dim // 2 <= self.shift:
            raise ShapeError(
                "Two features are one wave, which a shift of 1 leaves without a length. Take more features.",
                expected="at least 4 features",
                came=str(self.embedding_dim),
                part="shift",
                fixes=(SetArgument("shift", 0.0, "Set the shift to 0"),),
            )
        return TensorType((t.shape[0], self.embedding_dim))

    def call(self, t: TensorType) -> Expression:
        parts = ["t", "embedding_dim"]
        values: dict[str, Any] = {"embedding_dim": self.embedding_dim}
        for name, default in (("max_period", 10000.0), ("shift", 0.0), ("cosine_first", False)):
            value = getattr(self, name)
            if value != default:
                parts.append(f"{name}={name}")
                values[name] = value
        return Expression(f"timestep_embedding({', '.join(parts)})", source="timestep_embedding", **values)

    def detail(self) -> str:
        return f"→ {self.embedding_dim}"

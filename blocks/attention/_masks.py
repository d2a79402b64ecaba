"""Checks of attention masks that both attention blocks share."""

from __future__ import annotations

from app.core.symbolic import Dim, differ
from app.core.tensor_type import TensorType
from blocks.rules import wrong_dtype, wrong_shape


def check_mask(mask: TensorType, dtype: str, port: str) -> None:
    """A mask is true or false, or numbers that are added to the scores."""
    if mask.dtype not in ("bool", dtype):
        raise wrong_dtype(mask, f"bool, or {dtype} that is added to the scores", "bool", port)


def check_sizes(mask: TensorType, sizes: tuple[Dim, ...], pattern: str, port: str) -> None:
    if mask.rank != len(sizes) or any(differ(one, other) for one, other in zip(mask.shape, sizes, strict=True)):
        raise wrong_shape(mask, f"{pattern} = {'×'.join(str(size) for size in sizes)}", port)

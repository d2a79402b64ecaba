"""What a trained graph can be given, and what comes back, in plain values. No Qt."""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any

from app.messages import Tensor, Values
from app.requests import Runnable

FEW_LETTERS, MOST_DRAWN = 16, 100_000


def can_be_given(way: Runnable) -> bool:
    """Whether every input comes from the data, or can be drawn at random."""
    return all(field or _is_drawn(tensor) for tensor, field in zip(way.inputs, way.fields, strict=True))


def _is_drawn(tensor: Tensor) -> bool:
    """Numbers of a known form that no field of the data feeds: what a generator starts from."""
    sizes = tensor.shape[1:]
    known = [size for size in sizes if size is not None]
    return tensor.dtype == "float32" and len(known) == len(sizes) and 0 < prod(known) <= MOST_DRAWN


def noise(tensor: Tensor, seed: int) -> Values:
    """One example of standard normal numbers, the same for the same seed."""
    drawn = Random(seed)

    def filled(sizes: tuple[int | None, ...]) -> Any:
        return [filled(sizes[1:]) for _ in range(sizes[0] or 0)] if sizes else drawn.gauss(0.0, 1.0)

    return Values([filled(tensor.shape[1:])])


def alphabet(labels: tuple[str, ...]) -> str:
    """What may be typed, where that is little enough to say."""
    if any(len(letter) != 1 for letter in labels) or not 0 < len(labels) <= FEW_LETTERS:
        return "Type a text and press Enter"
    letters = "".join(letter for letter in labels if letter.isprintable()).strip()
    return f"Type with {letters} and press Enter"


def numbers(values: Any) -> list[float]:
    """The numbers of one example."""
    while isinstance(values, list | tuple) and values and isinstance(values[0], list | tuple):
        values = values[0]
    return [float(value) for value in values] if isinstance(values, list | tuple) else []


def spoken(checkpoint: str) -> str:
    """``step-00001234`` is “Step 1,234”."""
    number = checkpoint.rpartition("-")[2]
    return f"Step {int(number):,}" if number.isdigit() else checkpoint

"""Layers whose weight is computed from other tensors: spectral and weight normalisation, as torch writes them."""

from __future__ import annotations

from typing import Any

from app.core.block import Weight, buffer, choice, parameter
from app.core.symbolic import Dim, product

AROUND = {
    "none": None,
    "spectral norm": "nn.utils.parametrizations.spectral_norm(module)",
    "weight norm": "nn.utils.parametrizations.weight_norm(module)",
}
"""What the layer's constructor stands in, by the name that the field gives it."""

SYNONYMS = ("spectral norm", "weight norm", "parametrization")


def parametrization_field() -> Any:
    """The field of a layer with a weight; none leaves the weight as it is."""
    return choice(
        "none",
        *AROUND,
        label="Weight through",
        help="Spectral norm divides the weight by its largest singular value; weight norm learns length and direction.",
    )


def depends_on_mode(kind: str) -> bool:
    """Spectral norm estimates the singular value a little better at each forward in training, and only there."""
    return kind == "spectral norm"


def parametrized(weights: dict[str, Weight], kind: str, rows: int = 0) -> dict[str, Weight]:
    """The state of a layer under its parametrization: ``weight`` makes way for what it is computed from. ``rows``:
    the dimension that spectral norm takes for the rows of a matrix (1 for transposed convolutions).
    """
    if kind == "none":
        return weights
    rest = {key: weight for key, weight in weights.items() if key != "weight"}
    shape = weights["weight"].shape
    prefix = "parametrizations.weight"
    if kind == "weight norm":
        lengths: tuple[Dim, ...] = (shape[0], *(1 for _ in shape[1:]))
        return rest | {f"{prefix}.original0": parameter(*lengths), f"{prefix}.original1": parameter(*shape)}
    columns = product([size for at, size in enumerate(shape) if at != rows])
    return rest | {
        f"{prefix}.original": parameter(*shape),
        f"{prefix}.0._u": buffer(shape[rows]),
        f"{prefix}.0._v": buffer(columns),
    }

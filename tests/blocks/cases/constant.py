"""What constants take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ARGUMENTS: dict[str, Any] = {
    "Arange": {"dim": st.integers(-3, 3)},
    "Eye": {"dim": st.integers(-3, 3)},
    "FullLike": {"value": st.sampled_from([0, 1, 2, 0.5, -1.0])},
}
STRICTER: dict[str, Any] = {
    "FullLike": lambda block, given: "torch cuts the fraction off",
    "Constant": lambda block, like: "torch cuts the fraction off" if not like.is_floating else None,
}
INPUTS: dict[str, Any] = {name: lambda block: st.just(()) for name in ("Parameter", "Buffer")}

"""What reductions take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.tensor_type import TensorType

DIMS = {"dim": st.lists(st.integers(-2, 2), max_size=2).map(tuple)}
ALONG = {"dim": st.integers(-3, 2)}
OVER_DIMS = (
    *("Mean", "Sum", "Max", "Min", "LogSumExp", "StandardDeviation", "Norm"),
    *("Variance", "Any", "All", "Product", "CountNonzero"),
)
OVER_ONE = (
    *("ArgMax", "ArgMin", "CosineSimilarity", "Normalize", "CumulativeSum"),
    *("Median", "Quantile", "CumulativeProduct", "CumulativeMax", "LogCumSumExp"),
)
ARGUMENTS: dict[str, Any] = {**dict.fromkeys(OVER_DIMS, DIMS), **dict.fromkeys(OVER_ONE, ALONG)}
ARGUMENTS["Norm"] = DIMS | {"p": st.sampled_from([2, 2, 1, 3.0, 0.5])}
ARGUMENTS["Normalize"] = ALONG | {"p": st.sampled_from([2.0, 2.0, 1.0, 3.0])}


def _scalar(block: Any, *types: TensorType) -> str | None:
    return "torch takes a scalar for a vector here" if not types[0].rank else None


def _mixed(block: Any, *types: TensorType) -> str | None:
    return "torch mixes in whole numbers" if not all(given.is_floating for given in types) else _scalar(block, *types)


STRICTER: dict[str, Any] = dict.fromkeys((*OVER_DIMS, *OVER_ONE), _scalar) | {
    "CosineSimilarity": _mixed,
    **dict.fromkeys(("StandardDeviation", "Variance"), lambda block, given: "torch gives not a number, with a warning"),
}

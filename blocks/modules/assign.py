"""Writing into a model's state what no gradient finds."""

from operator import attrgetter

import torch
from torch import Tensor, nn


def assign(model: nn.Module, key: str, value: Tensor) -> Tensor:
    """Write a value to the parameter or buffer of that key, if the model is training.

    Give the value, so that what needs it waits for the writing.
    """
    kept: Tensor = attrgetter(key)(model)
    if kept.shape != value.shape:
        wanted, came = tuple(kept.shape), tuple(value.shape)
        raise ValueError(f"Expected a value {wanted} for {key}; {came} came.")
    if model.training:
        with torch.no_grad():
            kept.copy_(value)
    return value

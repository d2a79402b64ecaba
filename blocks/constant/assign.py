"""Assign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, port, text
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import ModuleType, TensorType


@dataclass(frozen=True, kw_only=True)
class Assign(Block):
    """Writes a tensor into the state of a model: what was worked out, not learnt by a gradient.

    model.key ← value; the value goes on. Only a training step writes: an evaluation hands on alone, and so does a step
    of a frozen model. As every node it is left out where no output needs what it gives.
    Shapes: a model, and a tensor of the shape of what is written → that tensor.
    Source: torch.Tensor.copy_, without a gradient.
    """

    inputs = (port("model", "Whose state is written.", module=True), port("value", "What is written."))
    synonyms = ("write", "store", "set buffer", "copy_", "closed form", "fit", "update state", "save")

    key: str = text("", label="Key", help="Of a parameter or buffer in the model's state_dict, such as layer.weight.")

    def infer(self, model: ModuleType, value: TensorType) -> TensorType:
        state = model.state()
        if state is None:
            return value
        kept = state.get(self.key)
        if kept is None:
            first = next(iter(state), None)
            there = f"there are: {', '.join(state)}" if state else "it keeps nothing"
            raise ShapeError(
                f"“{model.name}” has no “{self.key}” in its state; {there}.",
                expected=", ".join(state) or "a model with parameters or buffers",
                came=self.key,
                part="key",
                fixes=(SetArgument("key", first, f"Write {first}"),) if first is not None else (),
            )
        if len(kept.shape) != value.rank or any(map(differ, kept.shape, value.shape)):
            wanted = TensorType(kept.shape, value.dtype)
            raise ShapeError(
                f"“{self.key}” of “{model.name}” is {wanted}; {value} came.",
                expected=str(wanted),
                came=str(value),
                part="value",
            )
        return value

    def call(self, model: Any, value: TensorType) -> Expression:
        return Expression("assign(model, key, value)", source="assign", key=self.key)

    def detail(self) -> str:
        return self.key[:20]

"""What losses have in common: they reduce inside, so that a wire named “loss” is a scalar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Expression, choice, port
from app.core.problems import Fix, InsertBefore, SetArgument, ShapeError
from app.core.symbolic import Dim, differ, merge
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.rules import floating

REDUCTION_HELP = (
    "How the losses of all elements become one number: their mean, their sum, or the sum for each example of the "
    "batch, averaged (batchmean); none keeps them apart."
)


def reduction_field() -> Any:
    return choice("mean", "mean", "sum", "batchmean", "none", label="Reduction", help=REDUCTION_HELP)


@dataclass(frozen=True, kw_only=True)
class Loss(Block):
    """Base of losses: ``reduction`` says how the elements' losses become one."""

    reduction: str = reduction_field()

    def reduced(self, type: TensorType) -> TensorType:
        """The type after the reduction, from that of the elements' losses."""
        if self.reduction == "batchmean" and not type.rank:
            raise ShapeError(
                "A mean over the batch needs a batch; a single number came.",
                expected="a batch",
                came="scalar",
                part="reduction",
                fixes=(SetArgument("reduction", "mean", "Take the mean"),),
            )
        return type if self.reduction == "none" else type.with_shape()

    def functional(self, call: str, **values: Any) -> Expression:
        """``call`` is the function with its tensors, ``F.mse_loss(input, target``, without the closing bracket; values
        are added by name.
        """
        named = [f"{name}={name}" for name in values]
        if self.reduction != "mean":
            named.append(f'reduction="{"sum" if self.reduction == "batchmean" else self.reduction}"')
        return Expression(", ".join([call, *named]) + ")" + self._per_example(), **values)

    def _per_example(self) -> str:
        return f" / {self.inputs[0].name}.shape[0]" if self.reduction == "batchmean" else ""

    def applied(self, expression: str, *, brackets: bool = False, **values: Any) -> Expression:
        """An expression for the elements' losses, reduced: ``(...).mean()``."""
        method = {"none": "", "mean": ".mean()", "sum": ".sum()", "batchmean": ".sum()"}[self.reduction]
        bracketed = f"({expression})" if brackets and method else expression
        return Expression(bracketed + method + self._per_example(), **values)


@dataclass(frozen=True, kw_only=True)
class Distance(Loss):
    """Base of losses between a prediction and a target of the same shape."""

    function: ClassVar[str]
    inputs = (port("input", "What the model gives."), port("target", "What it should give; of the same shape."))

    def infer(self, input: TensorType, target: TensorType) -> TensorType:
        floating(input)
        floating(target, "target")
        shape = same_shape(input, target, "target")
        return self.reduced(TensorType(shape, promoted(input, target)))

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.functional(f"{self.function}(input, target")


def same_shape(input: TensorType, target: TensorType, port: str) -> tuple[Dim, ...]:
    """The shape of both. torch would broadcast, with a warning, and the loss would mean something else."""
    if input.rank != target.rank or any(map(differ, input.shape, target.shape)):
        raise ShapeError(
            f"“{port}” must have the shape that is compared with it, {input}; {target} came."
            + (" Put a Squeeze or Unsqueeze before it." if input.rank != target.rank else ""),
            expected=str(input),
            came=str(target),
            part=port,
            fixes=_same_rank(input, target, port),
        )
    return tuple(map(merge, input.shape, target.shape))


def _same_rank(input: TensorType, target: TensorType, port: str) -> tuple[Fix, ...]:
    if input.rank == target.rank + 1 and not differ(input.shape[-1], 1):
        return (InsertBefore(port, "Unsqueeze", {"dim": -1}, f"Put an Unsqueeze before “{port}”"),)
    if target.rank == input.rank + 1 and not differ(target.shape[-1], 1):
        return (InsertBefore(port, "Squeeze", {"dim": -1}, f"Put a Squeeze before “{port}”"),)
    return ()

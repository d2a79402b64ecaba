"""What losses have in common: they reduce inside, so that a wire named “loss” is a scalar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Expression, choice, floats, port
from app.core.problems import Fix, InsertBefore, SetArgument, ShapeError
from app.core.symbolic import Dim, differ, merge
from app.core.tensor_type import TensorType, broadcast
from blocks.elementwise import promoted
from blocks.rules import floating, is_default, same_dtype, wrong_dtype

REDUCTION_HELP = (
    "How the losses of all elements become one number: their mean, their sum, or the sum for each example of the "
    "batch, averaged (batchmean); none keeps them apart."
)

WEIGHTS_HELP = "How much each class counts, one number for each; empty: all alike. For classes that are rare."


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

    def beyond(self, **defaults: Any) -> dict[str, Any]:
        """The arguments of these names that are not torch's defaults."""
        arguments = {name: getattr(self, name) for name in defaults}
        return {name: value for name, value in arguments.items() if not is_default(name, arguments, defaults)}

    def functional(self, call: str, held: Mapping[str, Any] | None = None, /, **values: Any) -> Expression:
        """``call`` is the function with its tensors, ``F.mse_loss(input, target``, without the closing bracket; values
        are added by name. ``held``: values that the call names already.
        """
        named = [f"{name}={name}" for name in values]
        if self.reduction != "mean":
            named.append(f'reduction="{"sum" if self.reduction == "batchmean" else self.reduction}"')
        return Expression(", ".join([call, *named]) + ")" + self._per_example(), **held or {}, **values)

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
    mixes: ClassVar[bool] = True
    """Whether torch takes numbers of two precisions."""
    inputs = (port("input", "What the model gives."), port("target", "What it should give; of the same shape."))

    def infer(self, input: TensorType, target: TensorType) -> TensorType:
        floating(input)
        floating(target, "target")
        if not self.mixes:
            same_dtype(target, input, "target", "input")
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


def classes_of(logits: TensorType, target: TensorType, port: str) -> None:
    """One right class for each of the examples, B×C and B."""
    if target.dtype != "int64":
        raise wrong_dtype(target, "classes as whole numbers", "int64", "target")
    one_each(logits, target, port)


def one_each(vectors: TensorType, target: TensorType, port: str) -> None:
    """A target for each vector: its shape is that of the vectors without the last dimension."""
    shape = vectors.shape[:-1]
    if target.rank != len(shape) or any(map(differ, target.shape, shape)):
        expected = str(TensorType(shape, target.dtype))
        raise ShapeError(
            f"“target” must hold one value for each vector of “{port}”, {expected}; {target} came.",
            expected=expected,
            came=str(target),
            part="target",
        )


def class_weights() -> Any:
    return floats((), label="Class weights", help=WEIGHTS_HELP)


def weighted(weights: tuple[float, ...], classes: Dim, what: str) -> None:
    """As many weights as there are classes."""
    if weights and differ(classes, len(weights)):
        raise ShapeError(
            f"{what} has {classes} classes, so there must be {classes} weights; {len(weights)} came.",
            expected=f"{classes} weights",
            came=str(len(weights)),
            part="class_weights",
            fixes=(SetArgument("class_weights", (), "Count all classes alike"),),
        )


def weighs(target: TensorType, weight: TensorType, dtype: str) -> None:
    """A weight for each answer, or for whole rows of them."""
    if weight.dtype != dtype:
        raise wrong_dtype(weight, f"the dtype of the scores, {dtype}", dtype, "weight")
    shape = broadcast(target.shape, weight.shape)
    if shape is None or len(shape) > target.rank or any(map(differ, shape, target.shape)):
        raise ShapeError(
            f"“weight” must broadcast to the shape of the target, {target}; {weight} came.",
            expected=str(target),
            came=str(weight),
            part="weight",
        )

"""What metrics of embeddings have in common: vectors of examples, and the group that each belongs to."""

from __future__ import annotations

from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped, wrong_dtype


def embedded(features: TensorType, target: TensorType) -> None:
    """Vectors B×F and whole numbers B."""
    shaped(features, "B×F", "features")
    floating(features, "features")
    grouped(target, "target")
    one_each(features, target, "features")


def grouped(type: TensorType, port: str) -> None:
    """Whole numbers B."""
    shaped(type, "B", port)
    if type.dtype != "int64":
        raise wrong_dtype(type, "classes as whole numbers", "int64", port)


def one_each(first: TensorType, target: TensorType, port: str) -> None:
    if differ(first.shape[0], target.shape[0]):
        raise ShapeError(
            f"“target” must hold one class for each of the {first.shape[0]} examples of “{port}”; {target} came.",
            expected=str(TensorType(first.shape[:1], "int64")),
            came=str(target),
            part="target",
        )

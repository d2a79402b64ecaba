"""What metrics of texts have in common: predicted tokens or logits, and the right ones, of lengths of their own."""

from __future__ import annotations

from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import shaped, wrong_dtype


def texts(prediction: TensorType, target: TensorType) -> None:
    """Tokens B×S or logits B×S×C, and the right tokens B×T."""
    shaped(target, "B×T", "target")
    if target.dtype != "int64":
        raise wrong_dtype(target, "tokens as whole numbers", "int64", "target")
    if prediction.rank not in (2, 3):
        raise ShapeError(
            f"“prediction” takes tokens B×S, or logits B×S×C; {prediction} came.",
            expected="B×S or B×S×C",
            came=str(prediction),
            part="prediction",
        )
    if prediction.rank == 2 and prediction.dtype != "int64":
        raise wrong_dtype(prediction, "tokens as whole numbers", "int64", "prediction")
    if prediction.rank == 3 and not prediction.is_floating:
        raise wrong_dtype(prediction, "logits as floating-point numbers", "float32", "prediction")
    if differ(prediction.shape[0], target.shape[0]):
        raise ShapeError(
            f"“prediction” must have the batch of “target”, {target.shape[0]}; {prediction} came.",
            expected=f"batch {target.shape[0]}",
            came=str(prediction),
            part="prediction",
        )

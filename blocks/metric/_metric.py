"""What metrics have in common: in a step their value for the batch, in an evaluation that for the whole split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Metric
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, differ
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, numeric, wrong_dtype

IGNORED_HELP = "Positions with this target do not count: padding. Empty: all count."
CLASSES_HELP = "Second for B×C and for maps, B×C×H×W; last for sequences, B×T×C."
NUMBER = TensorType(())
"""A metric is one number."""


@dataclass(frozen=True, kw_only=True)
class MetricBlock(Block):
    """Base of metrics: ``source`` is the file in ``blocks/modules`` whose class has the block's name."""

    source: ClassVar[str]

    def module(self, arguments: Mapping[str, Any], defaults: Mapping[str, Any]) -> Metric:
        """The call; ``defaults`` are those of the class in the file."""
        return Metric(type(self).__name__, dict(arguments), defaults=dict(defaults), source=self.source)


def classified(logits: TensorType, target: TensorType, classes: str, selectable: bool = False) -> None:
    """Logits and right classes that belong together, with the classes second or last; ``selectable``: the block has an
    argument for it.
    """
    at_least_rank(logits, 2, "B×C or more dimensions", "logits")
    numeric(logits, "logits")
    if target.dtype != "int64":
        raise wrong_dtype(target, "classes as whole numbers", "int64", "target")
    shape = without_classes(logits, classes)
    if target.rank != len(shape) or any(map(differ, target.shape, shape)):
        expected = str(TensorType(shape, "int64"))
        other = "last" if classes == "second" else "second"
        turned = selectable and _fits(target, without_classes(logits, other))
        raise ShapeError(
            f"For logits {logits} with the classes in the {classes} dimension the target must be {expected}; "
            f"{target} came.",
            expected=expected,
            came=str(target),
            part="target",
            fixes=(SetArgument("classes", other, f"Take the {other} dimension for the classes"),) if turned else (),
        )


def without_classes(logits: TensorType, classes: str) -> tuple[Dim, ...]:
    return logits.shape[:-1] if classes == "last" else (logits.shape[0], *logits.shape[2:])


def _fits(target: TensorType, shape: tuple[Dim, ...]) -> bool:
    return target.rank == len(shape) and not any(map(differ, target.shape, shape))


def alike(prediction: TensorType, target: TensorType) -> None:
    """Two tensors of one shape; torch would broadcast, and the metric would mean something else."""
    if not _fits(target, prediction.shape):
        raise ShapeError(
            f"“target” must have the shape of “prediction”, {prediction}; {target} came.",
            expected=str(prediction),
            came=str(target),
            part="target",
        )


def examples(samples: TensorType, real: TensorType) -> None:
    """Made and real examples of one shape; there may be different numbers of them."""
    for name, came in (("samples", samples), ("real", real)):
        at_least_rank(came, 2, "examples: B×...", name)
        numeric(came, name)
    if not _fits(real, (real.shape[0], *samples.shape[1:])):
        expected = "×".join(["any", *map(str, samples.shape[1:])])
        raise ShapeError(
            f"“real” must hold examples of the samples' shape, {expected}; {real} came.",
            expected=expected,
            came=str(real),
            part="real",
        )

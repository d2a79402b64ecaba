"""CTCLoss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, flag, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ, smaller
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss
from blocks.rules import shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class CTCLoss(Loss):
    """How surprised a model is by a text, wherever in time its letters stand: speech and handwriting.

    loss = -log Σ over all ways to stretch the target, with blanks, over T steps of their probability
    Shapes: log-probabilities B×T×C, targets B×S, lengths B → scalar, or B where the reduction is none.
    Source: Graves et al., Connectionist temporal classification, 2006; as torch.nn.functional.ctc_loss, whose mean is
    taken for each symbol of a target first.
    """

    inputs = (
        port("log_probabilities", "After a log-softmax: B×T×C, or T×B×C without batch first."),
        port("targets", "The symbols, B×S; rows are filled up with the blank."),
        port("input_lengths", "How many steps of each example count; unwired: all.", optional=True),
        port("target_lengths", "How many symbols each target has; unwired: all but blanks.", optional=True),
    )
    synonyms = ("connectionist temporal classification", "speech recognition", "alignment", "handwriting", "asr")

    blank: int = whole(0, low=0, label="Blank", help="The class that stands for no symbol; no target holds it.")
    batch_first: bool = flag(True, label="Batch first", help="B×T×C; off: T×B×C, as torch takes it.")
    zero_infinity: bool = flag(
        True,
        label="Leave out the impossible",
        help="Targets longer than their input cost nothing in place of infinity.",
    )

    def infer(
        self,
        log_probabilities: TensorType,
        targets: TensorType,
        input_lengths: TensorType | None = None,
        target_lengths: TensorType | None = None,
    ) -> TensorType:
        shaped(log_probabilities, "B×T×C" if self.batch_first else "T×B×C", "log_probabilities")
        if log_probabilities.dtype not in ("float32", "float64"):
            raise wrong_dtype(log_probabilities, "float32 numbers", "float32", "log_probabilities")
        shaped(targets, "B×S", "targets")
        batch = log_probabilities.shape[0 if self.batch_first else 1]
        for name, given in (("targets", targets), ("input_lengths", input_lengths), ("target_lengths", target_lengths)):
            if given is None:
                continue
            if given.dtype != "int64":
                raise wrong_dtype(given, "whole numbers (int64)", "int64", name)
            if name != "targets":
                shaped(given, "B", name)
            if differ(given.shape[0], batch):
                raise ShapeError(
                    f"“{name}” must have the batch of “log_probabilities”, {batch}; {given} came.",
                    expected=f"batch {batch}",
                    came=str(given),
                    part=name,
                )
        classes = log_probabilities.shape[-1]
        if smaller(classes, self.blank + 1):
            raise ShapeError(
                f"There are {classes} classes, so the blank may be 0 to {classes - 1}; {self.blank} came.",
                expected=f"at most {classes - 1}",
                came=str(self.blank),
                part="blank",
                fixes=(SetArgument("blank", 0, "Take the first class for the blank"),),
            )
        return self.reduced(log_probabilities.with_shape(batch))

    def call(self, log_probabilities: TensorType, targets: TensorType, *lengths: TensorType | None) -> Expression:
        time, batch = (1, 0) if self.batch_first else (0, 1)
        steps = "log_probabilities.transpose(0, 1)" if self.batch_first else "log_probabilities"
        given = [*lengths, None, None]
        one = "input_lengths" if given[0] is not None else f"targets.new_full(({_size(batch)},), {_size(time)})"
        other = "target_lengths" if given[1] is not None else "(targets != blank).sum(dim=1)"
        values: dict[str, Any] = self.beyond(blank=0, zero_infinity=False)
        named = [f"{name}={name}" for name in values]
        if self.reduction != "mean":
            named.append(f'reduction="{"sum" if self.reduction == "batchmean" else self.reduction}"')
        text = f"F.ctc_loss({', '.join([steps, 'targets', one, other, *named])})"
        if self.reduction == "batchmean":
            text += f" / {_size(batch)}"
        return Expression(text, **{"blank": self.blank} | values)


def _size(dim: int) -> str:
    return f"log_probabilities.shape[{dim}]"

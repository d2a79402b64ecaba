"""GradientPenalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, choice, port, real
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import ModuleType, TensorType
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating, same_dtype


@dataclass(frozen=True, kw_only=True)
class GradientPenalty(Loss):
    """Holds the slope of a critic near 1, or near 0, where real and made examples are: steady GAN training.

    loss = mean of (‖∇ critic(x)‖ - slope)², where x lies at random between a real and a made example
    Shapes: a model B×... → B or B×1, twice B×... → scalar, or B where the reduction is none.
    Source: Gulrajani et al., Improved training of Wasserstein GANs, 2017; slope 0 on real examples: Mescheder et al.,
    Which training methods for GANs do actually converge?, 2018 (R1, without its factor ½).
    """

    inputs = (
        port("model", "The critic or discriminator.", module=True),
        port("real", "Real examples."),
        port("fake", "Made ones, of the same shape; not needed at real examples.", optional=True),
    )
    synonyms = ("wgan-gp", "r1", "lipschitz", "critic", "regulariser")

    slope: float = real(
        1.0, low=0.0, label="Slope", help="Length that gradients should have: 1 for a Wasserstein critic."
    )
    place: str = choice(
        "between",
        "between",
        "real",
        "fake",
        label="Where",
        help="Between both at random, or at the examples themselves.",
    )

    def infer(self, model: ModuleType, real: TensorType, fake: TensorType | None = None) -> TensorType:
        at_least_rank(real, 2, "examples: B×...", "real")
        floating(real, "real")
        shape = real.shape
        if fake is not None:
            same_dtype(fake, real, "fake", "real")
            shape = same_shape(real, fake, "fake")
        elif self.place != "real":
            raise ShapeError(
                "Without made examples the slope can only be taken at real ones. Wire them into “fake”.",
                expected=str(real),
                came="nothing",
                part="fake",
                fixes=(SetArgument("place", "real", "Take it at real examples"),),
            )
        found = model.call((real.with_shape(*shape),))
        scores = found[0] if len(found) == 1 else None
        if (
            not isinstance(scores, TensorType)
            or scores.dtype != real.dtype
            or scores.rank not in (1, 2)
            or differ(scores.shape[0], shape[0])
            or (scores.rank == 2 and differ(scores.shape[1], 1))
        ):
            came = ", ".join(map(str, found))
            raise ShapeError(
                f"“model” must give one score for each example, B or B×1, for {real}; {came} came.",
                expected="B×1",
                came=came,
                part="model",
            )
        return self.reduced(real.with_shape(shape[0]))

    def call(self, model: Any, real: TensorType, fake: TensorType | None = None) -> Expression:
        text = {
            "between": "gradient_penalty(model, between(real, fake), slope)",
            "real": "gradient_penalty(model, real, slope)",
            "fake": "gradient_penalty(model, fake, slope)",
        }[self.place]
        made = self.applied(text, source="gradient_penalty", slope=self.slope)
        if self.place == "between":
            return Expression(made.template, source=made.source, random=True, **made.values)
        return made

    def _per_example(self) -> str:
        return " / real.shape[0]" if self.reduction == "batchmean" else ""

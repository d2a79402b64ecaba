"""LangevinDynamics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, port, real, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import ModuleType, TensorType
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class LangevinDynamics(Block):
    """Draws from an energy-based model: steps downhill in the energy, with noise, from where x starts.

    x ← x - step · ∇ energy(x) + noise · ε, where ε ~ N(0, 1), `count` times
    Shapes: a model B×... → B or B×1 and x B×... → the shape of x. No gradient flows back to the start.
    Source: Welling & Teh, Bayesian learning via stochastic gradient Langevin dynamics, 2011; noise = √(2 · step) draws
    from the distribution itself, less is usual: Du & Mordatch, Implicit generation with energy-based models, 2019.
    """

    inputs = (
        port("model", "The energy: low where x is likely.", module=True),
        port("input", "Where the steps start: noise, or earlier samples."),
    )
    synonyms = ("energy-based model", "ebm", "mcmc", "score", "gradient sampler", "sgld", "dream")

    count: int = whole(60, low=1, high=100_000, label="Steps", help="How often x moves.")
    step: float = real(0.01, low=0.0, label="Step", help="How far along the gradient each time.")
    noise: float = real(
        0.005, low=0.0, label="Noise", help="Standard deviation of what is added each time; 0: downhill."
    )

    def infer(self, model: ModuleType, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "examples: B×...")
        floating(input)
        found = model.call((input,))
        energy = found[0] if len(found) == 1 else None
        if (
            not isinstance(energy, TensorType)
            or not energy.is_floating
            or energy.rank not in (1, 2)
            or differ(energy.shape[0], input.shape[0])
            or (energy.rank == 2 and differ(energy.shape[1], 1))
        ):
            came = ", ".join(map(str, found))
            raise ShapeError(
                f"“model” must give one energy for each example, B or B×1, for {input}; {came} came.",
                expected="B×1",
                came=came,
                part="model",
            )
        return input

    def call(self, model: Any, input: TensorType) -> Expression:
        values: dict[str, Any] = {"count": self.count, "step": self.step, "noise": self.noise}
        return Expression(
            "langevin_dynamics(model, input, count, step, noise)",
            random=self.noise > 0,
            source="langevin_dynamics",
            **values,
        )

    def detail(self) -> str:
        return f"{self.count} steps"

"""Small blocks that stand in for ones that the library does not have yet, so that hard documents can be drawn now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Expression, Field, Library, Module, Port, Source, parameter, port, real, whole
from app.core.problems import ShapeError
from app.core.tensor_type import ModuleType, TensorType, symbols
from blocks import library

B, R = symbols("B", "R")


@dataclass(frozen=True, kw_only=True)
class Proposals(Block):
    """Boxes that may hold an object: as many as there are, known only when the model runs."""

    inputs = (port("objectness"), port("deltas"))
    outputs = (port("regions"),)
    threshold: float = real(0.0)

    def infer(self, objectness: TensorType, deltas: TensorType) -> TensorType:
        return deltas.with_shape(R, 4)

    def call(self, objectness: TensorType, deltas: TensorType) -> Expression:
        return Expression(
            "deltas.unflatten(1, (-1, 4)).movedim(2, -1)[objectness > threshold]", threshold=self.threshold
        )


@dataclass(frozen=True, kw_only=True)
class RegionPool(Block):
    """What the maps show in each region, brought to one size."""

    inputs = (port("maps"), port("regions"))
    size: int = whole(7, low=1)

    def infer(self, maps: TensorType, regions: TensorType) -> TensorType:
        if regions.rank != 2 or regions.shape[1] != 4:
            raise ShapeError("Regions are R×4.", expected="R×4", came=str(regions), part="regions")
        return maps.with_shape(regions.shape[0], maps.shape[1], self.size, self.size)

    def call(self, maps: TensorType, regions: TensorType) -> Expression:
        return Expression("F.adaptive_avg_pool2d(maps[:1], size).expand(len(regions), -1, -1, -1)", size=self.size)


@dataclass(frozen=True, kw_only=True)
class Suppression(Block):
    """The regions that no better one covers: fewer than came, known only when the model runs."""

    inputs = (port("regions"), port("scores"))
    outputs = (port("regions"), port("scores"))
    most: int = whole(100, low=1)

    def infer(self, regions: TensorType, scores: TensorType) -> tuple[TensorType, TensorType]:
        kept = symbols("K")
        return regions.with_shape(kept, *regions.shape[1:]), scores.with_shape(kept, *scores.shape[1:])

    def call(self, regions: TensorType, scores: TensorType) -> Expression:
        return Expression("(regions[:most], scores[:most])", returns="regions, scores", most=self.most)


@dataclass(frozen=True, kw_only=True)
class DiffusionSampler(Block):
    """Calls its model over and over, from noise to an image."""

    inputs: ClassVar[tuple[Port, ...]] = (port("model", module=True), port("noise"))
    steps: int = whole(10, low=1)

    def infer(self, model: Any, noise: TensorType) -> TensorType:
        if isinstance(model, ModuleType):
            (predicted,) = model.call((noise, TensorType(noise.shape[:1], "int64")))
            if predicted != noise:
                raise ShapeError("The model gives the noise.", expected=str(noise), came=str(predicted), part="model")
        return noise

    def call(self, model: Any, noise: TensorType) -> Expression:
        return Expression("noise - model(noise, torch.full(noise.shape[:1], steps))", steps=self.steps)


@dataclass(frozen=True, kw_only=True)
class LearntState(Block):
    """A learnt first state, given to every example of a batch."""

    inputs = (port("like"),)
    size: int = whole(8, low=1)

    def infer(self, like: TensorType) -> TensorType:
        return TensorType((like.shape[0], self.size))

    def call(self, like: TensorType) -> Module:
        return Module(
            "nn.Linear", {"in_features": 1, "out_features": self.size}, positional=2, defaults={"bias": True},
            forward="module(like.new_zeros(like.shape[0], 1))",
        )  # fmt: skip

    def weights(self, like: TensorType) -> dict[str, Any]:
        return {"weight": parameter(self.size, 1), "bias": parameter(self.size)}


@dataclass(frozen=True, kw_only=True)
class Environment(Source):
    """A world that is acted in: for each step of its roll-outs, what a policy graph saw, did and got until the end."""

    reader: ClassVar[str] = "data_environment"
    episodes: int = whole(16, low=1)

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(name="observation", type=TensorType((B, 4))),
            Field(name="action", type=TensorType((B,), "int64"), labels=("left", "right")),
            Field(name="returns", type=TensorType((B,))),
        )


STAND_INS = (Proposals, RegionPool, Suppression, DiffusionSampler, LearntState, Environment)


def design_library() -> Library:
    """The blocks that there are, and the stand-ins."""
    shipped, added = library(), Library.of(STAND_INS, "design")
    return Library({**shipped._loaders, **added._loaders}, {**shipped._families, **added._families})

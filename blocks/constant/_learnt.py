"""Tensors that a module holds itself: sizes, and how they start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Module, Port, Weight, choice, ints, real
from app.core.tensor_type import TensorType

STARTS = {
    "zeros": "torch.zeros({})",
    "ones": "torch.ones({})",
    "normal": "scale * torch.randn({})",
    "uniform": "torch.empty({}).uniform_(-scale, scale)",
}


@dataclass(frozen=True, kw_only=True)
class Held(Block):
    """Base of Parameter and Buffer: ``nn.Parameter(torch.zeros(1, width))``, an attribute without a module."""

    target: ClassVar[str]
    inputs: ClassVar[tuple[Port, ...]] = ()

    sizes: tuple[int, ...] = ints((1, 64), low=1, label="Sizes", help="All of them; no batch is added.")
    initial: str = choice("zeros", *STARTS, label="Starts as", help="What it holds before training.")
    scale: float = real(0.02, low=0.0, label="Scale", help="Deviation of normal, bound of uniform starting values.")

    def infer(self) -> TensorType:
        return TensorType(self.sizes)

    def call(self) -> Module:
        arguments: dict[str, Any] = {f"size{at}": size for at, size in enumerate(self.sizes)}
        start = STARTS[self.initial].format(", ".join(arguments) or "()")
        if "scale" in start:
            arguments["scale"] = self.scale
        return Module(f"{self.target}({start})", arguments, forward="module")

    def weights(self) -> dict[str, Weight]:
        return {"": Weight(self.sizes, self.target == "nn.Parameter")}

    def detail(self) -> str:
        return "×".join(map(str, self.sizes))[:20]

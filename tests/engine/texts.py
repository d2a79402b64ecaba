"""Hand-written texts of the form that the generator gives."""

from __future__ import annotations

from app.codegen.source import Source
from app.core.problems import Path
from app.messages import ModelCheck, Tensor

MLP = Source(
    """\
import torch
from torch import Tensor, nn

__all__ = ["MLP", "classifier"]


class MLP(nn.Module):
    def __init__(self, hidden: int = 32) -> None:
        super().__init__()
        self.fc1 = nn.Linear(64, hidden)
        self.fc2 = nn.Linear(
            hidden,
            10,
        )

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.fc1(x))
        return self.fc2(x)


def classifier() -> MLP:
    return MLP()
""",
    {10: Path("MLP", "fc1"), 11: Path("MLP", "fc2"), 17: Path("MLP", "fc1"), 18: Path("MLP", "fc2")},
)

CHECK = ModelCheck(name="classifier", inputs=(Tensor("x", (2, 64)),), outputs=(Tensor("output", (2, 10)),))


def broken(old: str, new: str) -> Source:
    assert old in MLP.text
    return Source(MLP.text.replace(old, new), MLP.lines)

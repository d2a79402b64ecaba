"""References of the feed-forward templates."""

from __future__ import annotations

from torch import Tensor, nn

from tests.references.case import Case, columns, in_order
from tests.references.counting import mlp
from tests.references.families import Counts


class Mlp(nn.Module):
    """64-128-64-10 with ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 128), nn.Linear(128, 64), nn.Linear(64, 10)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = layer(x).clamp(min=0)
        return self.layers[-1](x)


COUNTS: Counts = {
    "mlp_classifier": {"paper": {"mlp_classifier": mlp([64, 128, 64, 10])}},
}


CASES = (
    Case(
        template="mlp_classifier",
        reference="by hand",
        build=Mlp,
        inputs=columns(5, 64),
        translate=in_order,
        keys="in order",
    ),
)

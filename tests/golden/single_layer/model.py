"""Single layer: y = s(Wx + b)."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["SingleLayer", "single_layer"]


class SingleLayer(nn.Module):
    """A weighted sum for each class, and a softmax over them.

    x (B, in_features) -> (B, classes)
    """

    def __init__(self, in_features: int, classes: int = 10) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, classes)

    def forward(self, x: Tensor) -> Tensor:
        return F.log_softmax(self.linear(x), dim=1)  # (B, classes)


def single_layer(features: int = 64, classes: int = 10) -> SingleLayer:
    """The single_layer model with the values of the "paper" preset as defaults."""
    return SingleLayer(features, classes=classes)

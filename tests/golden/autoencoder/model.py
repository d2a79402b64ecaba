"""Autoencoder."""

from collections.abc import Sequence

from torch import Tensor, nn

__all__ = ["Autoencoder", "Layer", "Stack", "autoencoder"]


class Layer(nn.Module):
    """A weighted sum and a bend.

    x (B, in_features) -> (B, width)
    """

    def __init__(
        self, in_features: int, width: int = 32, activation: str = "relu"
    ) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, width)
        if activation == "sigmoid":
            self.activation: nn.Module = nn.Sigmoid()
        elif activation == "none":
            self.activation = nn.Identity()
        else:
            self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.activation(self.linear(x))  # (B, width)
        return x


class Stack(nn.Module):
    """Layers from one width to the next; the last one has a bend of its own.

    x (B, in_features) -> (B, widths[-1])
    """

    def __init__(
        self,
        in_features: int,
        widths: Sequence[int] = (784, 32),
        activation: str = "relu",
        last: str = "relu",
    ) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Layer(
                in_features,
                width=widths[1],
                activation=activation if len(widths) - 2 > 0 else last,
            ),
            *(
                Layer(
                    widths[i],
                    width=widths[i + 1],
                    activation=activation if i < len(widths) - 2 else last,
                )
                for i in range(1, len(widths) - 1)
            ),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.layers(x)  # (B, widths[-1])
        return x


class Autoencoder(nn.Module):
    """Into the code and out again.

    x (B, in_features) -> rebuilt (B, widths[0]), code (B, widths[-1])
    """

    def __init__(
        self,
        in_features: int,
        widths: Sequence[int] = (784, 32),
        activation: str = "relu",
        code_activation: str = "relu",
    ) -> None:
        super().__init__()
        self.encoder = Stack(
            in_features, widths=widths, activation=activation, last=code_activation
        )
        self.decoder = Stack(
            widths[-1], widths=widths[::-1], activation=activation, last="sigmoid"
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        code = self.encoder(x)  # (B, widths[-1])
        return self.decoder(code), code


def autoencoder(
    widths: Sequence[int] = (784, 32),
    activation: str = "relu",
    code_activation: str = "relu",
) -> Autoencoder:
    """The autoencoder model with the values of the "paper" preset as defaults."""
    return Autoencoder(
        widths[0], widths=widths, activation=activation, code_activation=code_activation
    )

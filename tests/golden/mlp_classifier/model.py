"""Multi-layer perceptron."""

from torch import Tensor, nn

__all__ = ["MLP", "Layer", "mlp_classifier"]


class Layer(nn.Module):
    """A weighted sum, a bend, and dropout.

    x (B, in_features) -> (B, width)
    """

    def __init__(
        self,
        in_features: int,
        width: int = 128,
        activation: str = "relu",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, width)
        if activation == "tanh":
            self.activation: nn.Module = nn.Tanh()
        elif activation == "sigmoid":
            self.activation = nn.Sigmoid()
        else:
            self.activation = nn.ReLU()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout(self.activation(self.linear(x)))  # (B, width)
        return x


class MLP(nn.Module):
    """Two hidden layers and a logit for each class.

    x (B, in_features) -> (B, classes)
    """

    def __init__(
        self,
        in_features: int,
        hidden: int = 128,
        classes: int = 10,
        activation: str = "relu",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.layer1 = Layer(
            in_features, width=hidden, activation=activation, dropout=dropout
        )
        self.layer2 = Layer(
            hidden, width=hidden // 2, activation=activation, dropout=dropout
        )
        self.output = nn.Linear(hidden // 2, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer1(x)  # (B, hidden)
        logits: Tensor = self.output(self.layer2(x))  # (B, classes)
        return logits


def mlp_classifier(
    features: int = 64,
    hidden: int = 128,
    classes: int = 10,
    activation: str = "relu",
    dropout: float = 0.0,
) -> MLP:
    """The mlp_classifier model with the values of the "paper" preset as defaults."""
    return MLP(
        features, hidden=hidden, classes=classes, activation=activation, dropout=dropout
    )

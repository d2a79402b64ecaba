"""Time-series forecasting (LSTM)."""

from torch import Tensor, nn

__all__ = ["Forecaster", "time_series"]


class Forecaster(nn.Module):
    """Read the series, and tell by the last state how it goes on.

    past (B, T, in_features) -> (B, 1)
    """

    def __init__(self, in_features: int, hidden: int = 32) -> None:
        super().__init__()
        self.lstm = nn.LSTM(in_features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, past: Tensor) -> Tensor:
        x, _ = self.lstm(past)
        forecast: Tensor = self.head(x[:, -1])  # (B, 1)
        return forecast


def time_series(hidden: int = 32) -> Forecaster:
    """The time_series model with the values of the "paper" preset as defaults."""
    return Forecaster(1, hidden=hidden)

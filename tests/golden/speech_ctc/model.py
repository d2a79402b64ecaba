"""Speech recognition with CTC."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["BothWays", "PeepholeStep", "Recogniser", "speech_ctc"]


def spectrogram(input: Tensor, window: int, hop: int, logarithmic: bool) -> Tensor:  # noqa: A002
    """Take the sizes of the Fourier transforms of Hann windows, ``hop`` samples apart.

    input (B, S) -> (B, S // hop + 1, window // 2 + 1), with silence beyond the ends
    """
    hann = torch.hann_window(window, dtype=input.dtype, device=input.device)
    waves = torch.stft(
        input, window, hop, window=hann, pad_mode="constant", return_complex=True
    )
    loudness = waves.abs().transpose(1, 2)
    return loudness.log1p() if logarithmic else loudness


class PeepholeStep(nn.Module):
    """One window: gates look at it, at the state and at the cell."""

    def __init__(self, in_features: int, h_features: int, hidden: int = 100) -> None:
        super().__init__()
        self.gates = nn.Linear(in_features + h_features, hidden * 4)
        self.peephole_enter = nn.Parameter(torch.zeros(hidden))
        self.peephole_forget = nn.Parameter(torch.zeros(hidden))
        self.peephole_leave = nn.Parameter(torch.zeros(hidden))

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        enter, forget, new, leave = self.gates(torch.cat([x, h], dim=1)).chunk(
            4, dim=-1
        )
        x = torch.sigmoid(enter + self.peephole_enter * c) * torch.tanh(new)
        c = torch.sigmoid(forget + self.peephole_forget * c) * c + x  # (B, hidden)
        h = torch.sigmoid(leave + self.peephole_leave * c) * torch.tanh(c)
        return h, c, h


class BothWays(nn.Module):
    """One net reads from the beginning, one from the end.

    input (B, S//25 + 1, in_features) -> output (B, S//25 + 1, hidden * 2), h_n (2, B,
    hidden)
    """

    def __init__(self, in_features: int, hidden: int = 100) -> None:
        super().__init__()
        self.hidden = hidden
        self.forwards = PeepholeStep(in_features, hidden, hidden=hidden)
        self.backwards = PeepholeStep(in_features, hidden, hidden=hidden)

    def forward(self, input_: Tensor) -> tuple[Tensor, Tensor]:
        h = input_.new_zeros(input_.shape[0], self.hidden)  # (B, hidden)
        x = h
        c = h
        outputs: list[Tensor] = []
        for x_t in input_.unbind(dim=1):
            x, c, output = self.forwards(x_t, x, c)
            outputs.append(output)
        y = torch.stack(outputs, dim=1)  # (B, S//25 + 1, hidden)
        c = h
        outputs = []
        for x_t in reversed(input_.unbind(dim=1)):
            h, c, output = self.backwards(x_t, h, c)
            outputs.append(output)
        backwards = torch.stack(outputs[::-1], dim=1)  # (B, S//25 + 1, hidden)
        return torch.cat([y, backwards], dim=-1), torch.stack([x, h], dim=0)


class Recogniser(nn.Module):
    """From a sound to the chances of all labels at each step.

    sound (B, S) -> (B, S//25 + 1, labels)
    """

    def __init__(
        self,
        features: int = 26,
        hidden: int = 100,
        labels: int = 62,
        form: str = "torch",
    ) -> None:
        super().__init__()
        self.features = features
        if form == "2006":
            self.lstm: nn.Module = BothWays(features, hidden=hidden)
        else:
            self.lstm = nn.LSTM(features, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Linear(hidden * 2, labels)

    def forward(self, sound: Tensor) -> Tensor:
        x = spectrogram(sound, self.features * 2 - 2, self.features - 1, True)
        x, _ = self.lstm(x)
        return F.log_softmax(self.head(x), dim=-1)  # (B, S//25 + 1, labels)


def speech_ctc(
    features: int = 26, hidden: int = 100, labels: int = 62, form: str = "torch"
) -> Recogniser:
    """The speech_ctc model with the values of the "paper" preset as defaults."""
    return Recogniser(features=features, hidden=hidden, labels=labels, form=form)

"""Neural Turing Machine."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["NTM", "Addressing", "Cell", "Focus", "ReadHead", "WriteHead", "ntm"]


def circular_shift(weights: Tensor, shift: Tensor) -> Tensor:
    """Turn weights (B, N) by a distribution over moves (B, S): back, ..., 0, ..., on.

    Position i of the result is the sum over the moves m of weights[i - m] * shift[m];
    for three moves they are -1, 0 and 1.
    """
    reach = shift.shape[-1] // 2
    moves = range(-reach, shift.shape[-1] - reach)
    turned = torch.stack([weights.roll(move, dims=-1) for move in moves], dim=-1)
    return (turned * shift.unsqueeze(-2)).sum(dim=-1)


class Focus(nn.Module):
    """Weights of a head before the first step: all on the first row."""

    def __init__(self, slots: int = 128, focus: float = 0.0) -> None:
        super().__init__()
        self.slots = slots
        self.focus = focus

    def forward(self, like: Tensor) -> Tensor:
        x = like.new_full((like.shape[0], 1), self.focus)  # (B, 1)
        return torch.cat([x, like.new_zeros(like.shape[0], self.slots - 1)], dim=1)


class Addressing(nn.Module):
    """Where a head looks: by content, or on from where it was."""

    def forward(
        self,
        memory: Tensor,
        weights: Tensor,
        key: Tensor,
        strength: Tensor,
        gate: Tensor,
        shift: Tensor,
        power: Tensor,
    ) -> Tensor:
        x = F.softplus(strength)
        x = (x * F.cosine_similarity(memory, key.unsqueeze(1), dim=-1)).softmax(dim=-1)
        x = weights + torch.sigmoid(gate) * (x - weights)
        x = circular_shift(x, F.softmax(shift, dim=-1))
        return F.normalize(x ** (F.softplus(power) + 1.0), p=1.0, dim=-1)


class ReadHead(nn.Module):
    """The mean of the rows that it looks at."""

    def __init__(self, in_features: int, width: int = 20) -> None:
        super().__init__()
        self.width = width
        self.fc_read = nn.Linear(in_features, width + 6)
        self.address = Addressing()

    def forward(
        self, hidden: Tensor, memory: Tensor, weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        key, strength, gate, shift, power = torch.split(
            self.fc_read(hidden), [self.width, 1, 1, 3, 1], dim=-1
        )
        weights = self.address(memory, weights, key, strength, gate, shift, power)
        return (weights.unsqueeze(1) @ memory).squeeze(1), weights


class WriteHead(nn.Module):
    """Erases and adds, as far as it looks at a row."""

    def __init__(self, in_features: int, width: int = 20) -> None:
        super().__init__()
        self.width = width
        self.fc_write = nn.Linear(in_features, width * 3 + 6)
        self.address = Addressing()

    def forward(
        self, hidden: Tensor, memory: Tensor, weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        x = self.fc_write(hidden)  # (B, width * 3 + 6)
        key, strength, gate, shift, power, erase, add = torch.split(
            x, [self.width, 1, 1, 3, 1, self.width, self.width], dim=-1
        )
        weights = self.address(memory, weights, key, strength, gate, shift, power)
        erase = torch.sigmoid(erase)
        term = weights.unsqueeze(-1) * add.unsqueeze(1)
        memory = memory * (1 - weights.unsqueeze(-1) * erase.unsqueeze(1)) + term
        return memory, weights


class Cell(nn.Module):
    """One step: think, read, write, answer."""

    def __init__(
        self,
        in_features: int,
        memory_features: int,
        read_features: int,
        bits: int = 8,
        controller: int = 100,
        width: int = 20,
    ) -> None:
        super().__init__()
        self.lstm = nn.LSTMCell(in_features + read_features, controller)
        self.read_head = ReadHead(controller, width=width)
        self.write_head = WriteHead(controller, width=width)
        self.fc = nn.Linear(controller + memory_features, bits)

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        read: Tensor,
        hidden: Tensor,
        state: Tensor,
        read_weights: Tensor,
        write_weights: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        hidden, state = self.lstm(torch.cat([x, read], dim=1), (hidden, state))
        read, read_weights = self.read_head(hidden, memory, read_weights)
        memory, write_weights = self.write_head(hidden, memory, write_weights)
        return (
            memory,
            read,
            hidden,
            state,
            read_weights,
            write_weights,
            self.fc(torch.cat([hidden, read], dim=1)),
        )


class NTM(nn.Module):
    """A cell, scanned along the sequence, and what it starts with.

    x (B, T, in_features) -> logits (B, T, bits), memory (B, slots, width)
    """

    def __init__(
        self,
        in_features: int,
        bits: int = 8,
        controller: int = 100,
        slots: int = 128,
        width: int = 20,
        spread: float = 1.0,
        focus: float = 0.0,
        gain: float = 5.0,
    ) -> None:
        super().__init__()
        self.bits = bits
        self.controller = controller
        self.slots = slots
        self.width = width
        self.spread = spread
        self.gain = gain
        self.mem_bias = nn.Buffer(torch.zeros(1, slots, width))
        self.read_bias = nn.Buffer(torch.zeros(1, width))
        self.h_bias = nn.Parameter(torch.zeros(1, controller))
        self.c_bias = nn.Parameter(torch.zeros(1, controller))
        self.read_weights = Focus(slots=slots, focus=focus)
        self.write_weights = Focus(slots=slots, focus=focus)
        self.cell = Cell(
            in_features, width, width, bits=bits, controller=controller, width=width
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(
            self.mem_bias,
            a=-self.spread / (self.slots + self.width) ** 0.5,
            b=self.spread / (self.slots + self.width) ** 0.5,
        )
        nn.init.normal_(self.read_bias, std=0.01)
        nn.init.normal_(self.h_bias, std=0.05)
        nn.init.normal_(self.c_bias, std=0.05)
        nn.init.uniform_(
            self.cell.lstm.weight_ih,
            a=-self.gain / (self.bits + 1 + self.width + self.controller) ** 0.5,
            b=self.gain / (self.bits + 1 + self.width + self.controller) ** 0.5,
        )
        nn.init.uniform_(
            self.cell.lstm.weight_hh,
            a=-self.gain / (self.bits + 1 + self.width + self.controller) ** 0.5,
            b=self.gain / (self.bits + 1 + self.width + self.controller) ** 0.5,
        )
        nn.init.zeros_(self.get_parameter("cell.lstm.bias_ih"))
        nn.init.zeros_(self.get_parameter("cell.lstm.bias_hh"))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight, gain=1.4)
                nn.init.normal_(module.bias, std=0.01)
        nn.init.xavier_uniform_(self.cell.fc.weight)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        memory = self.mem_bias.expand(x.shape[0], -1, -1)  # (B, slots, width)
        read = self.read_bias.expand(x.shape[0], -1)  # (B, width)
        hidden = self.h_bias.expand(x.shape[0], -1)  # (B, controller)
        state = self.c_bias.expand(x.shape[0], -1)  # (B, controller)
        read_weights = self.read_weights(x)  # (B, slots)
        write_weights = self.write_weights(x)  # (B, slots)
        logits_steps: list[Tensor] = []
        for x_t in x.unbind(dim=1):
            memory, read, hidden, state, read_weights, write_weights, logits = (
                self.cell(x_t, memory, read, hidden, state, read_weights, write_weights)
            )
            logits_steps.append(logits)
        logits = torch.stack(logits_steps, dim=1)  # (B, T, bits)
        return logits, memory


def ntm(
    bits: int = 8,
    controller: int = 100,
    slots: int = 128,
    width: int = 20,
    spread: float = 1.0,
    focus: float = 0.0,
    gain: float = 5.0,
) -> NTM:
    """The ntm model with the values of the "paper" preset as defaults."""
    return NTM(
        bits + 1,
        bits=bits,
        controller=controller,
        slots=slots,
        width=width,
        spread=spread,
        focus=focus,
        gain=gain,
    )

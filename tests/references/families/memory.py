"""References of the templates with a memory."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, columns, prefixed
from tests.references.counting import linear, lstm_layer
from tests.references.families import Counts


def ntm(inputs: int = 9, outputs: int = 8, hidden: int = 100, width: int = 20) -> int:
    """Controller with learnt initial state, one head for reading and one for writing (key, strength, gate, three
    shifts, sharpness; erase and add vectors), output from controller and what was read.
    """
    controller = lstm_layer(inputs + width, hidden) + 2 * hidden
    return controller + linear(hidden, width + 6) + linear(hidden, 3 * width + 6) + linear(hidden + width, outputs)


class Ntm(nn.Module):
    """Equations 2 to 9 of the paper; sizes, order of heads and beginnings of loudinthecloud/pytorch-ntm. Its two heads
    carry their parts in this order: key, strength, gate, shift by -1, 0, 1, sharpness; the writing one erase and add.
    """

    def __init__(self, inputs: int = 9, outputs: int = 8, hidden: int = 100, rows: int = 128, width: int = 20) -> None:
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(inputs + width, hidden)
        self.fc_read, self.fc_write = nn.Linear(hidden, width + 6), nn.Linear(hidden, 3 * width + 6)
        self.fc = nn.Linear(hidden + width, outputs)
        self.h_bias = nn.Parameter(torch.randn(1, hidden) * 0.05)
        self.c_bias = nn.Parameter(torch.randn(1, hidden) * 0.05)
        self.register_buffer("read_bias", torch.randn(1, width) * 0.01)
        self.register_buffer("mem_bias", (torch.rand(1, rows, width) * 2 - 1) / math.sqrt(rows + width))
        bound = 5 / math.sqrt(inputs + width + hidden)
        for name, parameter in self.lstm.named_parameters():
            if name.startswith("weight"):
                nn.init.uniform_(parameter, -bound, bound)
            else:
                nn.init.zeros_(parameter)
        for layer, gain in ((self.fc_read, 1.4), (self.fc_write, 1.4), (self.fc, 1.0)):
            nn.init.xavier_uniform_(layer.weight, gain=gain)
            nn.init.normal_(layer.bias, std=0.01)

    def attend(self, memory: Tensor, before: Tensor, parts: Tensor) -> Tensor:
        key, (strength, gate), shift, sharpness = (
            parts[: self.width],
            parts[self.width : self.width + 2],
            parts[self.width + 2 : self.width + 5].softmax(0),
            parts[self.width + 5],
        )
        similar = (memory @ key) / (memory.norm(dim=1) * key.norm())
        content = (F.softplus(strength) * similar).softmax(0)
        mixed = torch.sigmoid(gate) * content + (1 - torch.sigmoid(gate)) * before
        rows = len(mixed)
        places = torch.arange(rows)
        turned = sum(mixed[(places - move) % rows] * shift[move + 1] for move in (-1, 0, 1))
        raised = turned ** (1 + F.softplus(sharpness))
        return raised / raised.sum()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        answers, memories = zip(*[self.one(sequence) for sequence in x], strict=True)
        return torch.stack(answers), torch.stack(memories)

    def one(self, sequence: Tensor) -> tuple[Tensor, Tensor]:
        memory, read = self.mem_bias[0], self.read_bias[0]
        state = (self.h_bias[0], self.c_bias[0])
        looks = writes = torch.zeros(len(memory))
        answers = []
        for x in sequence:
            state = self.lstm(torch.cat([x, read]), state)
            looks = self.attend(memory, looks, self.fc_read(state[0]))
            read = looks @ memory
            parts = self.fc_write(state[0])
            writes = self.attend(memory, writes, parts)
            erase, add = torch.sigmoid(parts[self.width + 6 : 2 * self.width + 6]), parts[2 * self.width + 6 :]
            memory = memory * (1 - torch.outer(writes, erase)) + torch.outer(writes, add)
            answers.append(self.fc(torch.cat([state[0], read])))
        return torch.stack(answers), memory


COUNTS: Counts = {
    "ntm": {"paper": {"ntm": ntm()}},
}


CASES = (
    Case(
        template="ntm",
        reference="by hand, as pytorch-ntm",
        build=Ntm,
        inputs=columns(2, 12, 9),
        translate=prefixed({"cell.lstm.": "lstm.", "cell.fc.": "fc.", "cell.read_head.": "", "cell.write_head.": ""}),
        keys="without “cell.”",
    ),
)

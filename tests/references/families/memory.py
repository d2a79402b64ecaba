"""References of the templates with a memory."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, State, columns, image, prefixed
from tests.references.counting import conv, linear, lstm_layer, mlp
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


class ByRouting(nn.Module):
    """Section 4 of the paper with procedure 1 written out; layers of gram-ai/capsule-networks: a convolution for each
    number of a primary capsule. That repository's softmax runs over the capsules below; the paper's, and this one's,
    over those above. Gradients go through the last round alone. The matrices start small, as in the first public codes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 256, 9)
        self.primary = nn.ModuleList([nn.Conv2d(256, 32, 9, 2) for _ in range(8)])
        self.route_weights = nn.Parameter(torch.randn(10, 1152, 8, 16) * 0.01)
        self.decoder = nn.Sequential(
            nn.Linear(160, 512), nn.ReLU(), nn.Linear(512, 1024), nn.ReLU(), nn.Linear(1024, 784), nn.Sigmoid()
        )

    @staticmethod
    def squash(s: Tensor) -> Tensor:
        length = s.norm(dim=-1, keepdim=True)
        return length**2 / (1 + length**2) * s / length

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.relu(self.conv1(image))
        below = self.squash(torch.stack([conv(x).flatten(1) for conv in self.primary], dim=-1))
        votes = torch.einsum("bid,oide->boie", below, self.route_weights)
        b = torch.zeros(votes.shape[:3])
        for _ in range(2):
            v = self.squash((b.softmax(dim=1)[..., None] * votes.detach()).sum(2))
            b = b + (votes.detach() * v[:, :, None]).sum(-1)
        v = self.squash((b.softmax(dim=1)[..., None] * votes).sum(2))
        return v, self.decoder(v.flatten(1))


class Drawing(nn.Module):
    """The template's two models as one, all capsules drawn together."""

    def __init__(self, capsnet: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.capsnet, self.decoder = capsnet, decoder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        v = self.capsnet(image)
        return v, self.decoder(v.flatten(1))


def capsules_translated(state: State, other: nn.Module) -> State:
    """One convolution of all primary capsules for eight, and matrices that lie otherwise."""
    conv, transform = "capsnet.primary_capsules.conv", "capsnet.class_capsules.transform.weight"
    found = {}
    for key, value in state.items():
        if key.startswith(("decoder.", "conv1.", "capsnet.conv1.")):
            name = key.removeprefix("capsnet.")
            found[name if name in other.state_dict() else f"capsnet.{name}"] = value
    if "route_weights" in state:
        for part in ("weight", "bias"):
            found[f"{conv}.{part}"] = torch.cat([state[f"primary.{number}.{part}"] for number in range(8)])
        found[transform] = state["route_weights"].permute(1, 0, 3, 2)
    else:
        for part in ("weight", "bias"):
            pieces = state[f"{conv}.{part}"].chunk(8)
            found |= {f"primary.{number}.{part}": piece for number, piece in enumerate(pieces)}
        found["route_weights"] = state[transform].permute(1, 0, 3, 2)
    return found


COUNTS: Counts = {
    "capsnet": {
        "paper": {
            "capsnet": conv(1, 256, 9) + conv(256, 32 * 8, 9) + 32 * 6 * 6 * 10 * 8 * 16,
            "decoder": mlp([10 * 16, 512, 1024, 784]),
        }
    },
    "ntm": {"paper": {"ntm": ntm()}},
}


CASES = (
    Case(
        template="capsnet",
        models=("capsnet", "decoder"),
        reference="by hand, from the paper and with gram-ai's layers",
        build=ByRouting,
        inputs=image(1, 28),
        translate=capsules_translated,
        keys="its own",
        join=Drawing,
    ),
    Case(
        template="ntm",
        reference="by hand, as pytorch-ntm",
        build=Ntm,
        inputs=columns(2, 12, 9),
        translate=prefixed({"cell.lstm.": "lstm.", "cell.fc.": "fc.", "cell.read_head.": "", "cell.write_head.": ""}),
        keys="without “cell.”",
    ),
)

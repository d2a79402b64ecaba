"""Reference implementations written out from the papers' tables and equations, for templates without an installed one.

They are written as plainly as can be (loops, one formula a line), share nothing with the templates, and start their
parameters as the paper or the public implementation named in each docstring does.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class Mlp(nn.Module):
    """64-128-64-10 with ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 128), nn.Linear(128, 64), nn.Linear(64, 10)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = layer(x).clamp(min=0)
        return self.layers[-1](x)


class LeNet5(nn.Module):
    """As it is usually drawn: every map of S2 feeds every map of C3, means for subsampling, tanh."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5), nn.Conv2d(16, 120, 5)])
        self.full = nn.ModuleList([nn.Linear(120, 84), nn.Linear(84, 10)])

    def forward(self, x: Tensor) -> Tensor:
        c1, c3, c5 = self.convolutions
        for layer in (c1, c3):
            x = torch.tanh(layer(x))
            x = (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4
        x = torch.tanh(c5(x))[..., 0, 0]
        return self.full[1](torch.tanh(self.full[0](x)))


class LeNet1998(nn.Module):
    """Section II.B of the paper: Table I for C3, learnt subsampling, squashing after all layers up to F6, distances."""

    def __init__(self) -> None:
        super().__init__()
        sizes = {
            "c1.weight": (6, 1, 5, 5), "c1.bias": (6,), "s2.weight": (6,), "s2.bias": (6,),
            "c3.weight": (60, 5, 5), "c3.bias": (16,), "s4.weight": (16,), "s4.bias": (16,),
            "c5.weight": (120, 16, 5, 5), "c5.bias": (120,), "f6.weight": (84, 120), "f6.bias": (84,),
        }  # fmt: skip
        self.numbers = nn.ParameterDict({name.replace(".", "_"): torch.empty(size) for name, size in sizes.items()})
        self.register_buffer("codes", torch.randint(2, (10, 84)) * 2.0 - 1)  # any: the template's pictures are loaded
        fan_in = {"c1": 25, "s2": 4, "s4": 4, "c5": 400, "f6": 120}
        for name, number in self.numbers.items():
            layer = name.split("_")[0]
            bounds = [2.4 / fan_in[layer]] if layer != "c3" else self.bounds_of_c3(name)
            with torch.no_grad():
                bound = torch.tensor(bounds).reshape(-1, *[1] * (number.dim() - 1))
                number.uniform_(-1, 1).mul_(bound)

    @staticmethod
    def inputs_of(output: int) -> list[int]:
        """Which maps of S2 a map of C3 sees: runs of three, runs of four, two pairs apart, all."""
        if output < 6:
            return [(output + step) % 6 for step in range(3)]
        if output < 12:
            return [(output + step) % 6 for step in range(4)]
        if output < 15:
            return [(output + step) % 6 for step in (0, 1, 3, 4)]
        return list(range(6))

    def bounds_of_c3(self, name: str) -> list[float]:
        sees = [len(self.inputs_of(output)) for output in range(16)]
        counts = [1] * 16 if name.endswith("bias") else sees
        return [2.4 / (25 * seen) for seen, count in zip(sees, counts, strict=True) for _ in range(count)]

    def forward(self, x: Tensor) -> Tensor:
        n = self.numbers
        x = squash(F.conv2d(x, n["c1_weight"], n["c1_bias"]))
        x = squash(self.halve(x, n["s2_weight"], n["s2_bias"]))
        maps, kernel = [], 0
        for output in range(16):
            total = n["c3_bias"][output]
            for seen in self.inputs_of(output):
                total = total + F.conv2d(x[:, seen : seen + 1], n["c3_weight"][kernel][None, None])
                kernel += 1
            maps.append(total)
        x = squash(torch.cat(maps, dim=1))
        x = squash(self.halve(x, n["s4_weight"], n["s4_bias"]))
        x = squash(F.conv2d(x, n["c5_weight"], n["c5_bias"]))[..., 0, 0]
        x = squash(x @ n["f6_weight"].T + n["f6_bias"])
        return torch.stack([-((x - code) ** 2).sum(-1) for code in self.codes], dim=-1)

    @staticmethod
    def halve(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        sums = x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]
        return sums * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)


def squash(x: Tensor) -> Tensor:
    return 1.7159 * torch.tanh(x * 2 / 3)


class DcganGenerator(nn.Module):
    """Figure 1 of the paper at 64 maps; starts as section 4 says, the norms' weights around 1."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential()
        before = 100
        for width in (512, 256, 128, 64):
            first = before == 100
            stride, padding = (1, 0) if first else (2, 1)
            self.main.append(nn.ConvTranspose2d(before, width, 4, stride, padding, bias=False))
            self.main.extend([nn.BatchNorm2d(width), nn.ReLU()])
            before = width
        self.main.extend([nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()])
        start_as_dcgan(self)

    def forward(self, z: Tensor) -> Tensor:
        return self.main(z)


class DcganDiscriminator(nn.Module):
    """The mirror image: strided convolutions, leaky by 0.2, no norm at its input."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2))
        for width in (128, 256, 512):
            self.main.append(nn.Conv2d(width // 2, width, 4, 2, 1, bias=False))
            self.main.extend([nn.BatchNorm2d(width), nn.LeakyReLU(0.2)])
        self.main.extend([nn.Conv2d(512, 1, 4, 1, 0, bias=False), nn.Sigmoid()])
        start_as_dcgan(self)

    def forward(self, image: Tensor) -> Tensor:
        return self.main(image).reshape(-1)


def start_as_dcgan(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        else:
            nn.init.normal_(parameter, mean=0.0 if parameter.dim() == 4 else 1.0, std=0.02)


class Vae(nn.Module):
    """784-400-(20, 20)-400-784, with the layers' names of pytorch/examples; gives the mean's own reconstruction."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.fc1(x).clamp(min=0)
        mean, log_variance = self.fc21(hidden), self.fc22(hidden)
        return mean, log_variance, 1 / (1 + torch.exp(-self.fc4(self.fc3(mean).clamp(min=0))))


class CharacterLstm(nn.Module):
    """Embedding, one layer of LSTM with its gates written out (input, forget, cell, output), and logits."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(65, 64)
        self.lstm = nn.LSTM(64, 128)  # for its parameters, names and beginning only
        self.head = nn.Linear(128, 65)

    def forward(self, tokens: Tensor) -> Tensor:
        w = dict(self.lstm.named_parameters())
        hidden = cell = torch.zeros(len(tokens), 128)
        steps = []
        for x in self.embedding(tokens).unbind(1):
            all_gates = x @ w["weight_ih_l0"].T + w["bias_ih_l0"] + hidden @ w["weight_hh_l0"].T + w["bias_hh_l0"]
            enter, forget, new, leave = all_gates.chunk(4, dim=-1)
            cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(new)
            hidden = torch.sigmoid(leave) * torch.tanh(cell)
            steps.append(self.head(hidden))
        return torch.stack(steps, dim=1)


class UNet(nn.Module):
    """Figure 1 of the paper: unpadded 3×3 convolutions, 2×2 up-convolutions, centred crops. Starts as section 3 says:
    normal, with a variance of two over the number of inputs of a unit.
    """

    def __init__(self) -> None:
        super().__init__()
        widths = [64, 128, 256, 512, 1024]
        self.layers = nn.ModuleList()
        for before, width in zip([1, *widths[:-1]], widths, strict=True):
            self.layers.extend([nn.Conv2d(before, width, 3), nn.Conv2d(width, width, 3)])
        for width in reversed(widths[:-1]):
            self.layers.append(nn.ConvTranspose2d(2 * width, width, 2, 2))
            self.layers.extend([nn.Conv2d(2 * width, width, 3), nn.Conv2d(width, width, 3)])
        self.layers.append(nn.Conv2d(64, 2, 1))
        for layer in self.layers:
            is_up = isinstance(layer, nn.ConvTranspose2d)  # its 2×2 windows do not overlap: one place feeds a unit
            inputs = layer.in_channels * (1 if is_up else math.prod(layer.kernel_size))
            nn.init.normal_(layer.weight, std=math.sqrt(2 / inputs))

    def forward(self, x: Tensor) -> Tensor:
        layers = iter(self.layers)
        bridges = []
        for level in range(5):
            if level:
                x = F.max_pool2d(x, 2)
            x = next(layers)(x).clamp(min=0)
            x = next(layers)(x).clamp(min=0)
            bridges.append(x)
        for bridge in reversed(bridges[:-1]):
            x = next(layers)(x)
            top, left = (bridge.shape[2] - x.shape[2]) // 2, (bridge.shape[3] - x.shape[3]) // 2
            x = torch.cat([bridge[:, :, top : top + x.shape[2], left : left + x.shape[3]], x], dim=1)
            x = next(layers)(x).clamp(min=0)
            x = next(layers)(x).clamp(min=0)
        return next(layers)(x)


class Gcn(nn.Module):
    """Equation 9 of the paper with a dense matrix, entry by entry: Â ReLU(Â X W0 + b0) W1 + b1."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.empty(16, 1433)), nn.Parameter(torch.empty(7, 16))])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(16)), nn.Parameter(torch.zeros(7))])
        for weight in self.weights:
            bound = math.sqrt(6 / sum(weight.shape))
            nn.init.uniform_(weight, -bound, bound)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        with_loops = torch.eye(len(x))
        for source, target in edges.T.tolist():
            with_loops[target, source] = 1
        degree = with_loops.sum(dim=1)
        normalised = with_loops / torch.sqrt(degree[:, None] * degree[None, :])
        hidden = (normalised @ (x @ self.weights[0].T) + self.biases[0]).clamp(min=0)
        return normalised @ (hidden @ self.weights[1].T) + self.biases[1]


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

"""References of the autoregressive templates, by hand from the papers."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.references.case import Case, columns, image, in_order
from tests.references.counting import conv
from tests.references.families import Counts


def heard(outputs: int, inputs: int, colours: int, own: bool) -> Tensor:
    """Which channel hears which at its own place; colours take turns."""
    mine, theirs = (torch.arange(count) % colours for count in (outputs, inputs))
    return (theirs < mine[:, None]).float() + own * (theirs == mine[:, None])


class Hidden(nn.Module):
    """A convolution that multiplies no weight with what comes later in reading order. The input is laid out in patches,
    and for each place of the kernel it is said which colour may see which: ``own`` lets a colour see itself there.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, colours: int, own: bool) -> None:
        super().__init__()
        drawn = nn.Conv2d(inputs, outputs, kernel)
        self.weight, self.bias = drawn.weight, drawn.bias
        self.kernel = kernel
        centre = kernel * kernel // 2
        seen = torch.zeros(outputs, inputs, kernel * kernel)
        seen[:, :, :centre] = 1
        seen[:, :, centre] = heard(outputs, inputs, colours, own)
        self.seen = seen

    def forward(self, x: Tensor) -> Tensor:
        patches = functional.unfold(x, self.kernel, padding=self.kernel // 2)
        weight = self.weight.flatten(2) * self.seen
        found = weight.flatten(1) @ patches + self.bias[:, None]
        return found.unflatten(2, x.shape[2:])


class Bottleneck(nn.Module):
    def __init__(self, width: int, colours: int) -> None:
        super().__init__()
        self.down = Hidden(2 * width, width, 1, colours, True)
        self.look = Hidden(width, width, 3, colours, True)
        self.up = Hidden(width, 2 * width, 1, colours, True)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.up(self.look(self.down(x.clamp(min=0)).clamp(min=0)).clamp(min=0))


class PixelCnn(nn.Module):
    """Table 1 of the paper: 7×7 mask A, residual blocks, two layers of 1×1, softmax."""

    def __init__(self, colours: int, levels: int, width: int, blocks: int, hidden: int) -> None:
        super().__init__()
        self.first = Hidden(colours, 2 * width, 7, colours, False)
        self.blocks = nn.ModuleList([Bottleneck(width, colours) for _ in range(blocks)])
        self.last = nn.ModuleList(
            [
                Hidden(2 * width, hidden, 1, colours, True),
                Hidden(hidden, hidden, 1, colours, True),
                Hidden(hidden, levels * colours, 1, colours, True),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        for layer in self.last:
            x = layer(x.clamp(min=0))
        return x


class Row(nn.Conv2d):
    """A convolution along a row that is multiplied with zeros where it would see too much."""

    def __init__(self, inputs: int, outputs: int, kernel: int, colours: int, own: bool) -> None:
        super().__init__(inputs, outputs, (1, kernel), padding=(0, kernel // 2))
        before, after = torch.ones(outputs, inputs, kernel // 2), torch.zeros(outputs, inputs, kernel // 2)
        centre = heard(outputs, inputs, colours, own)[:, :, None]
        self.seen = torch.cat([before, centre, after], 2)[:, :, None]

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.weight * self.seen, self.bias, padding=self.padding)


class TwoStacks(nn.Module):
    """A block of anordertoreclaim/PixelCNN, with its names. ``first``: it hides each number from itself."""

    def __init__(self, inputs: int, maps: int, kernel: int, colours: int, first: bool) -> None:
        super().__init__()
        self.first, self.kernel = first, kernel
        self.v_conv = nn.Conv2d(inputs, 2 * maps, (kernel // 2 + 1, kernel), padding=(kernel // 2 + 1, kernel // 2))
        self.v_fc = nn.Conv2d(inputs, 2 * maps, 1)
        self.v_to_h = nn.Conv2d(2 * maps, 2 * maps, 1) if first else Row(2 * maps, 2 * maps, 1, colours, True)
        self.h_conv = Row(inputs, 2 * maps, kernel, colours, not first)
        self.h_fc = Row(maps, maps, 1, colours, True)
        if not first:
            self.h_skip = Row(maps, maps, 1, colours, True)
            self.label_embedding = nn.Embedding(10, 2 * maps)

    def forward(self, vertical: Tensor, horizontal: Tensor, label: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        both = self.v_conv(vertical)  # too many rows: as many were added below as above
        height = vertical.shape[2]
        v = both[:, :, 1 : height + 1] + self.v_fc(vertical)
        h = self.h_conv(horizontal) + self.v_to_h(both[:, :, :height])
        if not self.first:
            about = self.label_embedding(label)[:, :, None, None]
            v, h = v + about, h + about
        v, h = (x[:, : x.shape[1] // 2].tanh() / (1 + torch.exp(-x[:, x.shape[1] // 2 :])) for x in (v, h))
        if self.first:
            return v, self.h_fc(h), torch.zeros_like(h)
        return v + vertical, self.h_fc(h) + horizontal, self.h_skip(h)


class GatedPixelCnn(nn.Module):
    def __init__(self, colours: int = 3, levels: int = 2, maps: int = 30, blocks: int = 6, hidden: int = 10) -> None:
        super().__init__()
        self.causal_conv = TwoStacks(colours, maps, 7, colours, True)
        self.hidden_conv = nn.ModuleList([TwoStacks(maps, maps, 7, colours, False) for _ in range(blocks)])
        self.label_embedding = nn.Embedding(10, maps)
        self.out_hidden_conv = Row(maps, hidden, 1, colours, True)
        self.out_conv = Row(hidden, colours * levels, 1, colours, True)
        self.levels = levels

    def forward(self, x: Tensor, label: Tensor) -> Tensor:
        v, h, total = self.causal_conv(x, x, label)
        for block in self.hidden_conv:
            v, h, told = block(v, h, label)
            total = total + told
        total = (total + self.label_embedding(label)[:, :, None, None]).clamp(min=0)
        scores = self.out_conv(self.out_hidden_conv(total).clamp(min=0))
        return torch.stack(scores.split(x.shape[1], 1), 1)


def stacked(inputs: int, maps: int, kernel: int) -> int:
    """What both kinds of blocks have."""
    vertical = inputs * 2 * maps * (kernel // 2 + 1) * kernel + 2 * maps + conv(inputs, 2 * maps, 1)
    horizontal = inputs * 2 * maps * kernel + 2 * maps + conv(maps, maps, 1)
    return vertical + conv(2 * maps, 2 * maps, 1) + horizontal


def gated(colours: int = 3, levels: int = 2, maps: int = 30, blocks: int = 6, hidden: int = 10) -> int:
    block = stacked(maps, maps, 7) + conv(maps, maps, 1) + 10 * 2 * maps
    last = 10 * maps + conv(maps, hidden, 1) + conv(hidden, colours * levels, 1)
    return stacked(colours, maps, 7) + blocks * block + last


def pixels(colours: int, levels: int, width: int, blocks: int, hidden: int) -> int:
    """Masked weights count: they are there."""
    block = conv(2 * width, width, 1) + conv(width, width, 3) + conv(width, 2 * width, 1)
    last = conv(2 * width, hidden, 1) + conv(hidden, hidden, 1) + conv(hidden, levels * colours, 1)
    return conv(colours, 2 * width, 7) + blocks * block + last


class Mix(nn.Module):
    """Sums over channels of samples ``gap`` apart, none of them later: ``kernel`` matrices. ``normed``: each output's
    weights are a direction, and a length that is learnt by itself.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, gap: int, bias: bool, normed: bool) -> None:
        super().__init__()
        drawn = nn.Conv1d(inputs, outputs, kernel, bias=bias)
        self.gap = gap
        if not normed:
            self.weight = drawn.weight
        if bias:
            self.bias = drawn.bias
        if normed:
            self.length = nn.Parameter(drawn.weight.detach().square().sum((1, 2), keepdim=True).sqrt())
            self.weight = drawn.weight

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight
        if hasattr(self, "length"):
            weight = self.length * weight / weight.square().sum((1, 2), keepdim=True).sqrt()
        found = torch.zeros(len(x), len(weight), x.shape[2])
        for back, matrix in enumerate(weight.flip(2).unbind(2)):
            seen = x[:, :, : max(x.shape[2] - back * self.gap, 0)]
            found = found + functional.pad(matrix @ seen, (x.shape[2] - seen.shape[2], 0))
        return found + self.bias[:, None] if hasattr(self, "bias") else found


class Wave(nn.Module):
    """The paper's figure 4, with the sizes of two public implementations."""

    def __init__(
        self, classes: int, stacks: int, layers: int, width: int, filters: int, skip: int, end: int,
        kernel: int = 2, bias: bool = False, normed: bool = False, shrink: float = 1.0, dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.shrink, self.dropout = shrink, dropout
        self.first = Mix(classes, width, 1, 1, bias, normed)
        self.layers = nn.ModuleList()
        for gap in [2**layer for layer in range(layers)] * stacks:
            pair = [Mix(width, filters, kernel, gap, bias, normed) for _ in range(2)]
            told, on = Mix(filters, skip, 1, 1, bias, normed), Mix(filters, width, 1, 1, bias, normed)
            self.layers.append(nn.ModuleList([*pair, told, on]))
        self.last = nn.ModuleList([Mix(skip, end, 1, 1, True, normed), Mix(end, classes, 1, 1, True, normed)])

    def forward(self, x: Tensor) -> Tensor:
        x, total = self.first(x), 0
        for say, gate, told, on in self.layers:
            y = functional.dropout(x, self.dropout, self.training)
            z = say(y).tanh() / (1 + torch.exp(-gate(y)))
            total = total + told(z)
            x = (x + on(z)) * self.shrink
        for layer in self.last:
            total = layer(total.clamp(min=0))
        return total


def samples(
    classes: int, stacks: int, layers: int, width: int, filters: int, skip: int, end: int,
    kernel: int = 2, bias: bool = False, normed: bool = False,
) -> int:  # fmt: skip
    """Parameters; ``normed`` weights have one more for each output."""

    def mixed(inputs: int, outputs: int, reach: int = 1, biased: bool = bias) -> int:
        return inputs * outputs * reach + (biased + normed) * outputs

    layer = 2 * mixed(width, filters, kernel) + mixed(filters, skip) + mixed(filters, width)
    last = mixed(skip, end, biased=True) + mixed(end, classes, biased=True)
    return mixed(classes, width) + stacks * layers * layer + last


WAVENET = (256, 4, 10, 32, 32, 256, 256)
R9Y9 = (256, 4, 6, 512, 256, 256, 256, 3, True, True)


COUNTS: Counts = {
    "gated_pixelcnn": {"paper": {"gated_pixelcnn": gated()}},
    "pixelcnn": {
        "paper": {"pixelcnn": pixels(1, 256, 64, 7, 128)},
        "cifar": {"pixelcnn": pixels(3, 256, 128, 15, 1024)},
    },
    "wavenet": {"paper": {"wavenet": samples(*WAVENET)}, "r9y9": {"wavenet": samples(*R9Y9)}},
}


CASES = (
    Case(
        template="gated_pixelcnn",
        reference="by hand, keys of anordertoreclaim's",
        build=GatedPixelCnn,
        inputs=lambda _: (torch.rand(2, 3, 12, 12), torch.tensor([3, 8])),
    ),
    Case(
        template="pixelcnn",
        reference="by hand from the paper",
        build=partial(PixelCnn, 1, 256, 64, 7, 128),
        inputs=image(1, 28, 12),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="pixelcnn",
        preset="cifar",
        reference="by hand from the paper",
        build=partial(PixelCnn, 3, 256, 128, 15, 1024),
        inputs=image(3, 12),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="wavenet",
        reference="by hand, as vincentherrmann's",
        build=partial(Wave, *WAVENET),
        inputs=columns(1, 256, 1100),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="wavenet",
        preset="r9y9",
        reference="by hand, as r9y9's",
        build=partial(Wave, *R9Y9, shrink=0.5**0.5, dropout=0.05),
        inputs=columns(1, 256, 150),
        translate=in_order,
        keys="in order",
    ),
)

"""References of the autoregressive templates, by hand from the papers."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.references.case import Case, image, in_order
from tests.references.counting import conv
from tests.references.families import Counts


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
        mine, theirs = (torch.arange(count) % colours for count in (outputs, inputs))
        seen[:, :, centre] = (theirs < mine[:, None]).float() + own * (theirs == mine[:, None])
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


def pixels(colours: int, levels: int, width: int, blocks: int, hidden: int) -> int:
    """Masked weights count: they are there."""
    block = conv(2 * width, width, 1) + conv(width, width, 3) + conv(width, 2 * width, 1)
    last = conv(2 * width, hidden, 1) + conv(hidden, hidden, 1) + conv(hidden, levels * colours, 1)
    return conv(colours, 2 * width, 7) + blocks * block + last


COUNTS: Counts = {
    "pixelcnn": {
        "paper": {"pixelcnn": pixels(1, 256, 64, 7, 128)},
        "cifar": {"pixelcnn": pixels(3, 256, 128, 15, 1024)},
    },
}


CASES = (
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
)

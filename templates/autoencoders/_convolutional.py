"""Convolutional autoencoders: maps that shrink by pooling and grow by repeating their pixels."""

from __future__ import annotations

from typing import Any

from app.core.document import Initial, Repeat
from app.core.draw import Drawing, ints, whole

WIDTHS = ints("widths", (16, 8, 8), low=1, help="Maps of each step down; the same backwards on the way up.")
WIDTH = whole("width", 32, low=1, help="Maps of each step.")
STEPS = whole("steps", 2, low=1, help="How often the maps are halved, and doubled again.")


def convolutional(*, uniform: bool) -> tuple[Drawing, ...]:
    """Autoencoder, encoder, decoder, and what they repeat: down and up.

    ``uniform``: ``steps`` times so many maps; else as ``widths`` says, and the last step up loses a pixel at each
    border, which makes up for a size that halving had to round up.
    """
    arguments = [WIDTH, STEPS] if uniform else [WIDTHS]
    given: dict[str, Any] = {"width": "=width", "steps": "=steps"} if uniform else {"widths": "=widths"}
    back = given if uniform else {"widths": "=widths[::-1]"}
    repeated: dict[str, Any] = {
        "repeat": Repeat("=steps" if uniform else "=len(widths)"),
        "width": "=width" if uniform else "=widths[i]",
    }

    net = Drawing("Autoencoder", "Into the code and out again.", arguments=arguments, initial=_INITIAL)
    code = net.add("encoder", "graph:Encoder", net.input("image"), **given)
    net.output(
        "rebuilt",
        net.add("decoder", "graph:Decoder", code, **back, channels="=image.channels"),
        "Pixels from 0 to 1",
    )
    net.output("code", code, "Small maps")

    encoder = Drawing("Encoder", "Down, step by step.", arguments=arguments)
    encoder.output("code", encoder.add("down", "graph:Down", encoder.input("image"), **repeated))

    channels = whole("channels", 1, low=1, help="Of the image: 1 for grey, 3 for colour.")
    decoder = Drawing("Decoder", "Up, step by step, and pixels of the maps.", arguments=[*arguments, channels])
    padding: dict[str, Any] = {} if uniform else {"padding": "=0 if i == len(widths) - 1 else 1"}
    x = decoder.add("up", "graph:Up", decoder.input("code"), **repeated, **padding)
    x = decoder.add("output", "Conv2d", x, out_channels="=channels", kernel_size=3, padding=1)
    decoder.output("rebuilt", decoder.add("sigmoid", "Sigmoid", x))
    return net, encoder, decoder, _down(), _up(padded=uniform)


_INITIAL = (
    Initial(nodes=("Conv2d",), parameter="weight", method="xavier_uniform_"),
    Initial(nodes=("Conv2d",), parameter="bias", method="zeros_"),
)


def _down() -> Drawing:
    down = Drawing("Down", "Look for patterns, and keep the strongest of each 2×2 pixels.", arguments=[WIDTH])
    x = down.add("conv", "Conv2d", down.input("x"), out_channels="=width", kernel_size=3, padding=1)
    x = down.add("relu", "ReLU", x)
    down.output("output", down.add("pool", "MaxPool2d", x, kernel_size=2, ceil_mode=True))
    return down


def _up(padded: bool) -> Drawing:
    padding = whole("padding", 1, low=0, high=1, help="0 lets the maps lose a pixel at each border.")
    up = Drawing(
        "Up", "Paint patterns, and repeat each pixel 2×2 times.", arguments=[WIDTH, *([] if padded else [padding])]
    )
    x = up.add(
        "conv", "Conv2d", up.input("x"), out_channels="=width", kernel_size=3, padding=1 if padded else "=padding"
    )
    x = up.add("relu", "ReLU", x)
    up.output("output", up.add("upsample", "Upsample", x, scale_factor=2))
    return up

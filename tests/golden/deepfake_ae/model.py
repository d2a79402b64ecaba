"""DeepFake: one encoder, two decoders."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Decoder", "Down", "Encoder", "Upscale", "decoder_a", "decoder_b", "encoder"]


class Down(nn.Module):
    """Looks for patterns, at half the size.

    x (B, in_channels, H, W) -> (B, width, H/2, W/2)
    """

    def __init__(self, in_channels: int, width: int = 128) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, width, kernel_size=5, stride=2, padding=2)

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(self.conv(x), 0.1)  # (B, width, H/2, W/2)


class Upscale(nn.Module):
    """Four maps become one of twice the size.

    x (B, in_channels, H, W) -> (B, width, 2*H, 2*W)
    """

    def __init__(self, in_channels: int, width: int = 128) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, width * 4, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.pixel_shuffle(F.leaky_relu(self.conv(x), 0.1), 2)


class Encoder(nn.Module):
    """What both have in common: small maps, a few numbers, small maps again.

    face (B, in_channels, H, W) -> (B, width * 4, side * 2, side * 2)
    """

    def __init__(
        self, in_channels: int, width: int = 128, code: int = 1024, side: int = 4
    ) -> None:
        super().__init__()
        self.width = width
        self.side = side
        self.down1 = Down(in_channels, width=width)
        self.down2 = Down(width, width=width * 2)
        self.down3 = Down(width * 2, width=width * 4)
        self.down4 = Down(width * 4, width=width * 8)
        self.waist = nn.Linear(side * side * width * 8, code)
        self.wide = nn.Linear(code, width * 8 * side * side)
        self.upscale = Upscale(width * 8, width=width * 4)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, face: Tensor) -> Tensor:
        x = self.down1(face)  # (B, width, H/2, W/2)
        x = self.down2(x)  # (B, width * 2, H/4, W/4)
        x = self.down3(x)  # (B, width * 4, H/8, W/8)
        x = self.down4(x).reshape(-1, self.side * self.side * self.width * 8)
        x = self.wide(self.waist(x))
        x = torch.unflatten(x, 1, (self.width * 8, self.side, self.side))
        code: Tensor = self.upscale(x)  # (B, width * 4, side * 2, side * 2)
        return code


class Decoder(nn.Module):
    """One person, making the face that the code says.

    code (B, in_channels, H, W) -> (B, 3, 8*H, 8*W)
    """

    def __init__(self, in_channels: int, width: int = 128) -> None:
        super().__init__()
        self.upscale1 = Upscale(in_channels, width=width * 2)
        self.upscale2 = Upscale(width * 2, width=width)
        self.upscale3 = Upscale(width, width=width // 2)
        self.output = nn.Conv2d(width // 2, 3, kernel_size=5, padding=2)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, code: Tensor) -> Tensor:
        x = self.upscale1(code)  # (B, width * 2, 2*H, 2*W)
        x = self.upscale2(x)  # (B, width, 4*H, 4*W)
        x = self.output(self.upscale3(x))  # (B, 3, 8*H, 8*W)
        return torch.sigmoid(x)  # (B, 3, 8*H, 8*W)


def encoder(width: int = 128, code: int = 1024, size: int = 64) -> Encoder:
    """The encoder model with the values of the "paper" preset as defaults."""
    return Encoder(3, width=width, code=code, side=size // 16)


def decoder_a(width: int = 128) -> Decoder:
    """The decoder_a model with the values of the "paper" preset as defaults."""
    return Decoder(width * 4, width=width)


def decoder_b(width: int = 128) -> Decoder:
    """The decoder_b model with the values of the "paper" preset as defaults."""
    return Decoder(width * 4, width=width)

"""Vision Transformer."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

__all__ = ["Encoder", "EncoderLayer", "VisionTransformer", "vit"]


class EncoderLayer(nn.Module):
    """Attention to all squares, and a net for each; both are added.

    x (B, T, in_features) -> (B, T, in_features)
    """

    def __init__(
        self,
        in_features: int,
        heads: int = 12,
        hidden: int = 3072,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(in_features, eps=1e-06)
        self.self_attention = nn.MultiheadAttention(
            in_features, heads, batch_first=True
        )
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = nn.LayerNorm(in_features, eps=1e-06)
        self.mlp = nn.Sequential(
            nn.Linear(in_features, hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, in_features),
            nn.Dropout(dropout),
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if type(module) is nn.Linear:
                nn.init.xavier_uniform_(module.weight)
                nn.init.normal_(module.bias, std=1e-06)
        nn.init.xavier_uniform_(self.self_attention.in_proj_weight)
        nn.init.kaiming_uniform_(self.self_attention.out_proj.weight, a=5**0.5)
        nn.init.zeros_(self.get_parameter("self_attention.out_proj.bias"))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.ln_1(x)
        y = x + self.dropout(self.self_attention(y, y, y, need_weights=False)[0])
        x = self.mlp(self.ln_2(y))
        return y + x  # (B, T, in_features)


class Encoder(nn.Module):
    """Where each square is, layers that let all see all, and a last norm.

    x (B, T, in_features) -> (B, T, in_features)
    """

    def __init__(
        self,
        in_features: int,
        places: int = 197,
        layers: int = 12,
        heads: int = 12,
        hidden: int = 3072,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.zeros(1, places, in_features))
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.Sequential(
            OrderedDict(
                [
                    *(
                        (
                            f"encoder_layer_{i}",
                            EncoderLayer(
                                in_features, heads=heads, hidden=hidden, dropout=dropout
                            ),
                        )
                        for i in range(layers)
                    )
                ]
            )
        )
        self.ln = nn.LayerNorm(in_features, eps=1e-06)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layers(self.dropout(x + self.pos_embedding))
        x = self.ln(x)
        return x


class VisionTransformer(nn.Module):
    """Squares of the image as words, an encoder, and a linear head on what the class
    token gathered.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        size: int = 224,
        patch: int = 16,
        layers: int = 12,
        width: int = 768,
        heads: int = 12,
        hidden: int = 3072,
        classes: int = 1000,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.patch = patch
        self.conv_proj = nn.Conv2d(in_channels, width, kernel_size=patch, stride=patch)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.encoder = Encoder(
            width,
            places=(size // patch) ** 2 + 1,
            layers=layers,
            heads=heads,
            hidden=hidden,
            dropout=dropout,
        )
        self.heads = nn.Sequential(OrderedDict([("head", nn.Linear(width, classes))]))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.trunc_normal_(
            self.conv_proj.weight, std=(self.in_channels * self.patch**2) ** -0.5
        )
        nn.init.zeros_(self.get_parameter("conv_proj.bias"))
        nn.init.normal_(self.encoder.pos_embedding, std=0.02)
        nn.init.zeros_(self.get_parameter("heads.head.weight"))
        nn.init.zeros_(self.get_parameter("heads.head.bias"))

    def forward(self, image: Tensor) -> Tensor:
        x = torch.flatten(self.conv_proj(image), 2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], dim=1)
        x = self.encoder(x)[:, 0]  # (B, width)
        logits: Tensor = self.heads(x)  # (B, classes)
        return logits


def vit(
    size: int = 224,
    patch: int = 16,
    layers: int = 12,
    width: int = 768,
    heads: int = 12,
    hidden: int = 3072,
    classes: int = 1000,
    dropout: float = 0.1,
    channels: int = 3,
) -> VisionTransformer:
    """The vit model with the values of the "paper" preset as defaults."""
    return VisionTransformer(
        channels,
        size=size,
        patch=patch,
        layers=layers,
        width=width,
        heads=heads,
        hidden=hidden,
        classes=classes,
        dropout=dropout,
    )

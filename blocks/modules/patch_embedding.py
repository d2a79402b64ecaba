"""An image as a sequence of patches."""

from __future__ import annotations

from torch import Tensor, nn


class PatchEmbedding(nn.Module):
    """Cuts an image into square patches and projects each: (B, C, H, W) to
    (B, patches, embed_dim), row by row.
    """

    def __init__(
        self, in_channels: int, embed_dim: int, patch_size: int, bias: bool = True
    ) -> None:
        super().__init__()
        self.proj = nn.Conv2d(
            in_channels, embed_dim, patch_size, stride=patch_size, bias=bias
        )

    def forward(self, input: Tensor) -> Tensor:
        maps: Tensor = self.proj(input)
        return maps.flatten(2).transpose(1, 2)

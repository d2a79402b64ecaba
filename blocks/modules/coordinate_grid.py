"""Each pixel's place."""

import torch
from torch import Tensor


def coordinate_grid(x: Tensor) -> Tensor:
    """Give columns and rows from -1 to 1, (B, 2, H, W), for maps (B, C, H, W)."""
    batch, _, height, width = x.shape
    rows = torch.linspace(-1, 1, height, dtype=x.dtype, device=x.device)
    columns = torch.linspace(-1, 1, width, dtype=x.dtype, device=x.device)
    down, across = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([across, down]).expand(batch, -1, -1, -1)

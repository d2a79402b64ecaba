"""Where in an image the places of a map have looked."""

import torch
from torch import Tensor


def window_boxes(x: Tensor, window: int, stride: int, scale: float) -> Tensor:
    """Give the corners (B, H * W, 4) of the windows of maps (B, C, H, W)."""
    batch, _, height, width = x.shape
    rows = torch.arange(height, dtype=x.dtype, device=x.device)
    columns = torch.arange(width, dtype=x.dtype, device=x.device)
    top, left = torch.meshgrid(rows, columns, indexing="ij")
    corner = torch.stack([left, top], dim=-1).reshape(-1, 2) * stride
    boxes = torch.cat([corner, corner + window], dim=-1) / scale
    return boxes.expand(batch, -1, -1)

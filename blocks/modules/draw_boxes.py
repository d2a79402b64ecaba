"""Outlines of boxes in images."""

import torch
from torch import Tensor


def draw_boxes(
    image: Tensor, boxes: Tensor, scores: Tensor, threshold: float
) -> Tensor:
    """Draw corners (B, N, 4) with scores (B, N) into images (B, C, H, W)."""
    height, width = image.shape[2:]
    y = torch.arange(height, device=image.device)[:, None] + 0.5  # pixels' middles
    x = torch.arange(width, device=image.device)[None, :] + 0.5
    left, top, right, bottom = boxes.round()[..., None, None].unbind(2)  # (B, N, 1, 1)
    inside = (x > left) & (x < right) & (y > top) & (y < bottom)
    core = (x > left + 1) & (x < right - 1) & (y > top + 1) & (y < bottom - 1)
    shown = (scores >= threshold)[..., None, None]
    outline = (inside & ~core & shown).any(dim=1, keepdim=True)
    return image.masked_fill(outline, 1)

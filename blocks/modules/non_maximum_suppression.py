"""Of boxes that lie on one another only the surest stays."""

import torch
from torch import Tensor


def non_maximum_suppression(
    boxes: Tensor,
    scores: Tensor,
    most: int,
    iou_threshold: float,
    score_threshold: float,
    each_class: bool = True,
) -> tuple[Tensor, Tensor, Tensor]:
    """Keep up to ``most`` of boxes (B, N, 4) with scores (B, N, C).

    Gives boxes (B, most, 4), scores (B, most) and labels (B, most); -1 says none.
    """
    batch, count, classes = scores.shape
    if count * classes == 0:
        nothing = scores.new_zeros(batch, most)
        return boxes.new_zeros(batch, most, 4), nothing, nothing.long() - 1
    rows = torch.arange(batch, device=boxes.device)
    every_class = torch.arange(classes, device=boxes.device)
    left = scores.where(scores >= score_threshold, torch.zeros_like(scores))
    found = []
    for _ in range(most):
        best, place = left.flatten(1).max(dim=1)  # the surest in each image: (B,)
        window, label = place // classes, place % classes
        box = boxes[rows, window]
        near = overlap(box.unsqueeze(1), boxes) > iou_threshold  # (B, N)
        near[rows, window] = True
        alike = (every_class == label.unsqueeze(1)) | (not each_class)  # (B, C)
        left = left.masked_fill(near.unsqueeze(2) & alike.unsqueeze(1), 0)
        found.append((box, best, label.masked_fill(best <= 0, -1)))
    kept, sure, labels = (
        torch.stack(list(part), dim=1) for part in zip(*found, strict=True)
    )
    return kept, sure, labels


def overlap(box: Tensor, boxes: Tensor) -> Tensor:
    """Intersection over union of corners (..., 4)."""
    low = torch.maximum(box[..., :2], boxes[..., :2])
    high = torch.minimum(box[..., 2:], boxes[..., 2:])
    both = (high - low).clamp(min=0).prod(dim=-1)
    areas = [(one[..., 2:] - one[..., :2]).prod(dim=-1) for one in (box, boxes)]
    return both / (areas[0] + areas[1] - both).clamp(min=1e-9)

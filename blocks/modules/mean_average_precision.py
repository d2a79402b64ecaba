"""How good detections are along their whole ranking."""

import torch
from torch import Tensor, nn


class MeanAveragePrecision(nn.Module):
    """Mean over classes of the area under precision over recall, of a whole split.

    A box is right if it overlaps a thing of its class that no surer box has taken.
    Labels of -1 are none. A class of which nothing is there does not count.
    """

    def __init__(self, iou_threshold: float = 0.5) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.iou_threshold = iou_threshold
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.found: list[tuple[Tensor, Tensor, Tensor]] = []
        self.there: list[Tensor] = []

    def forward(
        self,
        boxes: Tensor,
        scores: Tensor,
        labels: Tensor,
        true_boxes: Tensor,
        true_labels: Tensor,
    ) -> Tensor:
        """Give the value of this batch alone."""
        found = self._judged(boxes, scores, labels, true_boxes, true_labels)
        return self._mean([found], [true_labels.flatten()])

    def update(
        self,
        boxes: Tensor,
        scores: Tensor,
        labels: Tensor,
        true_boxes: Tensor,
        true_labels: Tensor,
    ) -> None:
        """Collect a batch."""
        self.found.append(
            self._judged(boxes, scores.detach(), labels, true_boxes, true_labels)
        )
        self.there.append(true_labels.flatten())

    def compute(self) -> Tensor:
        """Give the value of all batches; not a number before the first."""
        if not self.found:
            return torch.tensor(float("nan"))
        return self._mean(self.found, self.there)

    def _judged(
        self,
        boxes: Tensor,
        scores: Tensor,
        labels: Tensor,
        true_boxes: Tensor,
        true_labels: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Give scores, labels and which boxes are right, all flat, without nothings."""
        scores, order = scores.sort(dim=1, descending=True, stable=True)
        labels = labels.gather(1, order)
        boxes = boxes.gather(1, order.unsqueeze(2).expand_as(boxes))
        right = torch.zeros_like(labels, dtype=torch.bool)
        free = true_labels >= 0
        if true_labels.shape[1]:
            for place in range(labels.shape[1]):  # the surest first
                overlaps = self._overlaps(boxes[:, place : place + 1], true_boxes)
                fits = free & (true_labels == labels[:, place : place + 1])
                most, which = overlaps.masked_fill(~fits, -1).max(dim=1)
                right[:, place] = most >= self.iou_threshold
                right[:, place] &= fits.gather(1, which.unsqueeze(1)).squeeze(1)
                taken = torch.zeros_like(free).scatter(1, which.unsqueeze(1), True)
                free = free & ~(taken & right[:, place : place + 1])
        real = labels >= 0
        return scores[real], labels[real], right[real]

    def _overlaps(self, box: Tensor, boxes: Tensor) -> Tensor:
        """Intersection over union of one box (B, 1, 4) with others (B, M, 4)."""
        low = torch.maximum(box[..., :2], boxes[..., :2])
        high = torch.minimum(box[..., 2:], boxes[..., 2:])
        both = (high - low).clamp(min=0).prod(dim=-1)
        areas = [(one[..., 2:] - one[..., :2]).prod(dim=-1) for one in (box, boxes)]
        return both / (areas[0] + areas[1] - both).clamp(min=1e-9)

    def _mean(
        self, found: list[tuple[Tensor, Tensor, Tensor]], there: list[Tensor]
    ) -> Tensor:
        scores, labels, right = (
            torch.cat(list(part)) for part in zip(*found, strict=True)
        )
        things = torch.cat(there)
        areas = [
            self._area(scores[labels == kind], right[labels == kind], things == kind)
            for kind in sorted(set(things[things >= 0].tolist()))
        ]
        return torch.stack(areas).mean() if areas else torch.tensor(float("nan"))

    def _area(self, scores: Tensor, right: Tensor, things: Tensor) -> Tensor:
        """Area under precision over recall; boxes of one score come together."""
        if not len(scores):
            return torch.tensor(0.0, device=scores.device)
        values, place = torch.unique(-scores, return_inverse=True)
        hits = torch.bincount(place[right], minlength=len(values)).double()
        every = torch.bincount(place, minlength=len(values)).double()
        precision = hits.cumsum(dim=0) / every.cumsum(dim=0)
        highest = precision.flip(0).cummax(dim=0).values.flip(0)  # from here on
        return ((highest * hits).sum() / things.sum()).float()

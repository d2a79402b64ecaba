"""Training steps, evaluations and previews of Sliding-window CNN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Look", "TrainStep", "Windows"]


class Accuracy(nn.Module):
    """Share of targets that are among the ``top_k`` highest logits.

    ``class_dim`` is the dimension of the classes in the logits; targets equal to
    ``ignore_index`` do not count.
    """

    def __init__(
        self,
        top_k: int = 1,
        class_dim: int = 1,
        ignore_index: int | None = None,
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.top_k = top_k
        self.class_dim = class_dim
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.right = 0
        self.count = 0

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._right(logits, target).float().mean()

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        right = self._right(logits, target)
        self.right += int(right.sum())
        self.count += right.numel()

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        return torch.tensor(self.right) / self.count

    def _right(self, logits: Tensor, target: Tensor) -> Tensor:
        best = logits.topk(self.top_k, dim=self.class_dim).indices
        right = (best == target.unsqueeze(self.class_dim)).any(dim=self.class_dim)
        if self.ignore_index is not None:
            right = right[target != self.ignore_index]
        return right


def window_boxes(x: Tensor, window: int, stride: int, scale: float) -> Tensor:
    """Give the corners (B, H * W, 4) of the windows of maps (B, C, H, W)."""
    batch, _, height, width = x.shape
    rows = torch.arange(height, dtype=x.dtype, device=x.device)
    columns = torch.arange(width, dtype=x.dtype, device=x.device)
    top, left = torch.meshgrid(rows, columns, indexing="ij")
    corner = torch.stack([left, top], dim=-1).reshape(-1, 2) * stride
    boxes = torch.cat([corner, corner + window], dim=-1) / scale
    return boxes.expand(batch, -1, -1)


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


class TrainStep(nn.Module):
    """One batch of windows: what each shows, and how far that is from the truth."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier
        self.accuracy = Accuracy()

    def forward(self, window: Tensor, window_label: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.flatten(self.classifier(window), 1)  # (B, 11)
        return F.cross_entropy(x, window_label), self.accuracy(x, window_label)


class Windows(nn.Module):
    """The windows of one scale as boxes of the scene, and how sure the net is of each
    class but background.
    """

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = scale

    def forward(self, logits: Tensor) -> Tensor:
        x = torch.flatten(F.softmax(logits, dim=1)[:, 1:], 2).transpose(1, 2)
        return torch.cat([window_boxes(logits, 16, 2, self.scale), x], dim=2)


class Evaluate(nn.Module):
    """How good the boxes of whole scenes are."""

    def __init__(self, classifier: nn.Module, overlap: float = 0.3) -> None:
        super().__init__()
        self.overlap = overlap
        self.classifier = classifier
        self.windows0 = Windows()
        self.windows1 = Windows(scale=0.8)
        self.windows2 = Windows(scale=0.625)
        self.windows3 = Windows(scale=0.5)
        self.precision = MeanAveragePrecision()

    def forward(self, image: Tensor, boxes: Tensor, labels: Tensor) -> None:
        logits = self.classifier(image)  # (B, 11, 25, 25)
        logits1 = self.classifier(
            F.interpolate(image, scale_factor=0.8, mode="bilinear")
        )
        x = F.interpolate(image, scale_factor=0.625, mode="bilinear")
        logits2 = self.classifier(x)  # (B, 11, 13, 13)
        logits3 = self.classifier(
            F.interpolate(image, scale_factor=0.5, mode="bilinear")
        )
        windows = self.windows0(logits)  # (B, 625, 14)
        windows1 = self.windows1(logits1)  # (B, 324, 14)
        windows2 = self.windows2(logits2)  # (B, 169, 14)
        x = torch.cat([windows, windows1, windows2, self.windows3(logits3)], dim=1)
        kept, scores, x = non_maximum_suppression(
            x[..., :4], x[..., 4:], 12, self.overlap, 0.05, each_class=False
        )
        self.precision.update(kept, scores, x, boxes, labels)

    def compute(self) -> dict[str, Tensor]:
        return {"precision": self.precision.compute()}

    def reset(self) -> None:
        self.precision.reset()


class Look(nn.Module):
    """Scenes with the boxes that the net is at least half sure of."""

    def __init__(self, classifier: nn.Module, overlap: float = 0.3) -> None:
        super().__init__()
        self.overlap = overlap
        self.classifier = classifier
        self.windows0 = Windows()
        self.windows1 = Windows(scale=0.8)
        self.windows2 = Windows(scale=0.625)
        self.windows3 = Windows(scale=0.5)

    def forward(self, image: Tensor) -> Tensor:
        logits = self.classifier(image)  # (B, 11, 25, 25)
        logits1 = self.classifier(
            F.interpolate(image, scale_factor=0.8, mode="bilinear")
        )
        x = F.interpolate(image, scale_factor=0.625, mode="bilinear")
        logits2 = self.classifier(x)  # (B, 11, 13, 13)
        logits3 = self.classifier(
            F.interpolate(image, scale_factor=0.5, mode="bilinear")
        )
        windows = self.windows0(logits)  # (B, 625, 14)
        windows1 = self.windows1(logits1)  # (B, 324, 14)
        windows2 = self.windows2(logits2)  # (B, 169, 14)
        x = torch.cat([windows, windows1, windows2, self.windows3(logits3)], dim=1)
        boxes, scores, _ = non_maximum_suppression(
            x[..., :4], x[..., 4:], 12, self.overlap, 0.05, each_class=False
        )
        return draw_boxes(image, boxes, scores, 0.5)

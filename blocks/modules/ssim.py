"""How alike images are in structure."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class SSIM(nn.Module):
    """Mean over the images of their structural similarity in a sliding Gaussian window.

    Only windows that lie within the image count; k1 = 0.01 and k2 = 0.03 as published.
    """

    def __init__(
        self,
        range: float = 1.0,
        window: int = 11,
        sigma: float = 1.5,
    ) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.range = range
        self.window = window
        self.sigma = sigma
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._values(prediction, target).mean()

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        values = self._values(prediction, target)
        self.total += values.sum().item()
        self.count += len(values)

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count

    def _values(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the similarity of each pair of images: (B,)."""
        x, y = prediction.float(), target.float()
        mean_x, mean_y = self._blurred(x), self._blurred(y)
        variance_x = self._blurred(x.square()) - mean_x.square()
        variance_y = self._blurred(y.square()) - mean_y.square()
        covariance = self._blurred(x * y) - mean_x * mean_y
        c1, c2 = (0.01 * self.range) ** 2, (0.03 * self.range) ** 2
        alike = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
        sizes = mean_x.square() + mean_y.square() + c1
        return (alike / (sizes * (variance_x + variance_y + c2))).flatten(1).mean(dim=1)

    def _blurred(self, x: Tensor) -> Tensor:
        """Take the Gaussian mean in each window, first along columns, then rows."""
        place = torch.arange(self.window, device=x.device) - (self.window - 1) / 2
        weights = (-0.5 * (place / self.sigma).square()).exp()
        weights = weights / weights.sum()
        channels = x.shape[1]
        kernel = weights.expand(channels, 1, 1, -1)
        x = F.conv2d(x, kernel.transpose(2, 3), groups=channels)
        return F.conv2d(x, kernel, groups=channels)

"""The loss of SimCLR."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def nt_xent_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Give how hard each view's twin is to find: (B, F), (B, F) -> (2B,).

    No view is compared with itself.
    """
    views = F.normalize(torch.cat([first, second]), dim=1)
    count = len(first)
    itself = torch.eye(2 * count, dtype=torch.bool, device=views.device)
    logits = (views @ views.T / temperature).masked_fill(itself, -torch.inf)
    twins = torch.arange(2 * count, device=views.device).roll(count)
    return F.cross_entropy(logits, twins, reduction="none")

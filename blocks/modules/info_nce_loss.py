"""The loss of contrastive predictive coding and of CLIP."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def info_nce_loss(
    query: Tensor, key: Tensor, temperature: float, symmetric: bool = False
) -> Tensor:
    """Give how hard it is for each query to find its key: (B, F), (B, F) -> (B,)."""
    similarity = F.normalize(query, dim=1) @ F.normalize(key, dim=1).T
    logits = similarity / temperature  # (B, B)
    own = torch.arange(len(logits), device=logits.device)
    loss = F.cross_entropy(logits, own, reduction="none")
    if symmetric:
        loss = (loss + F.cross_entropy(logits.T, own, reduction="none")) / 2
    return loss

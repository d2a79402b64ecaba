"""The largest singular values of a matrix, and their vectors."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def truncated_svd(matrix: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """Take a matrix apart, and keep the k largest singular values.

    (..., M, N) -> (..., M, k), (..., k), (..., k, N). The largest number of each row of
    the last is positive, since the signs of both sides could be turned together. Where
    there are fewer values, zeros follow.
    """
    u, s, vh = torch.linalg.svd(matrix, full_matrices=False)
    more = max(k - s.shape[-1], 0)
    u, s = (F.pad(part, (0, more))[..., :k] for part in (u, s))
    vh = F.pad(vh, (0, 0, 0, more))[..., :k, :]
    largest = vh.abs().argmax(dim=-1, keepdim=True)
    signs = vh.gather(-1, largest).sign()  # (..., k, 1)
    return u * signs.mT, s, vh * signs

"""The largest singular values of a matrix, and their vectors."""

import torch
from torch import Tensor


def truncated_svd(matrix: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """Take a matrix apart, and keep the k largest singular values.

    (..., M, N) -> (..., M, k), (..., k), (..., k, N). The largest number of each row of
    the last is positive, since the signs of both sides could be turned together.
    """
    u, s, vh = torch.linalg.svd(matrix, full_matrices=False)
    if s.shape[-1] < k:
        raise ValueError(
            f"Expected at least {k} singular values; there are {s.shape[-1]}."
        )
    u, s, vh = u[..., :k], s[..., :k], vh[..., :k, :]
    largest = vh.abs().argmax(dim=-1, keepdim=True)
    signs = vh.gather(-1, largest).sign()  # (..., k, 1)
    return u * signs.mT, s, vh * signs

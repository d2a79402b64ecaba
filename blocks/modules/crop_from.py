"""Cropping to the size of another tensor, from an offset on."""

from torch import Tensor


def crop_from(x: Tensor, like: Tensor, offset: int) -> Tensor:
    """Cut the sides of all dimensions after the channels down to those of ``like``."""
    for dim in range(2, x.dim()):
        x = x.narrow(dim, offset, like.shape[dim])
    return x

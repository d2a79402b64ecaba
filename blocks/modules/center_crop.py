"""Cropping to the size of another tensor, around the centre."""

from torch import Tensor


def center_crop(x: Tensor, like: Tensor) -> Tensor:
    """Cut the sides of all dimensions after the channels down to those of ``like``."""
    for dim in range(2, x.dim()):
        start = (x.shape[dim] - like.shape[dim]) // 2
        x = x.narrow(dim, start, like.shape[dim])
    return x

"""What is taken out of the templates that mark each pixel."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing

RUINS: dict[str, tuple[str, Ruin]] = {
    "unet": ("only the shallow maps, nothing from below", bypassing("Up", "join")),
    "fcn": ("only the coarsest scores, enlarged", bypassing("FCN", "fuse_pool4", "fuse_pool3")),
}

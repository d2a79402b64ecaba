"""nn.Dropout2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.dropout._channels import ChannelDropout


@dataclass(frozen=True, kw_only=True)
class Dropout2d(ChannelDropout):
    """Sets whole channels to zero at random while training, since neighbouring pixels tell the same.

    y[b, c] = x[b, c] · m[b, c] / (1 - p), m being 0 with probability p, else 1; in evaluation y = x.
    Shapes: B×C×H×W, unchanged.
    Source: Tompson et al., Efficient object localization using convolutional networks, 2015; as torch.nn.Dropout2d.
    """

    dims = 2
    synonyms = ("spatial dropout", "channel dropout", "regularisation")

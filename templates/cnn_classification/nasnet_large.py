"""NASNet-A Large

Paper: Learning Transferable Architectures for Scalable Image Recognition
Authors: Barret Zoph, Vijay Vasudevan, Jonathon Shlens and Quoc V. Le
Year: 2017
Link: https://arxiv.org/abs/1707.07012
Parameters: 88,753,150

A cell that was searched for on images of 32×32 makes the best net of its time on images of 331×331: it is only repeated
more often and made wider. That was the point of searching for a cell and not for a net: what it costs to find does not
grow with the images that it is used on, and what was found carries over to other tasks, such as detection.

The cells are those of NASNet-A Mobile (whose lesson says what is in them); here a stage has `cells = 6`, over
`filters = 168` channels, then 336 and 672; the last one gives `24 · filters = 4032`, whence the name, 6 @ 4032. Two
wires go through each repeat, `x` and `before`. Halving an odd size needs a border on both sides, an even one only at
the end (`even`, which follows from the image's size), as TensorFlow pads.

The names are those of timm's `nasnetalarge`, whose weights load unchanged, with two of its habits: the first
cell after a reduction sees the cell before last, and where an average halves the maps, the zeros at the border count.
Training silenced paths of the cells (drop path), which is not drawn here. At 24 billion multiply-adds an image it was
the best for a year; squeeze-and-excitation and then EfficientNet were as good for a tenth of that.
"""

from __future__ import annotations

from app.core.document import Document
from templates.cnn_classification._nasnet import nasnet_document


def nasnet_large() -> Document:
    return nasnet_document(
        __doc__,
        "nasnet_large",
        filters=168,
        stem=96,
        cells=6,
        size=331,
        two_before=True,
        counted=True,
        recipe={"stages.train.steps": 550},
    )

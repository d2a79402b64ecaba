"""VGG-16

Paper: Very Deep Convolutional Networks for Large-Scale Image Recognition
Authors: Karen Simonyan and Andrew Zisserman
Year: 2014
Link: https://arxiv.org/abs/1409.1556
Parameters: 138,357,544

One kind of layer, stacked: two 3×3 convolutions see as much as one 5×5, three as much as one 7×7, with fewer weights
and a bend after each. Whenever pooling halves the image, the channels double, so that every stage costs about the
same. Depth, not the cleverness of a layer, was what had been missing.

The stages have 2, 2, 3, 3 and 3 convolutions of `width`, `width * 2`, `width * 4`, `width * 8` and `width * 8`
channels, each followed by `relu`. Three 3×3 kernels over `C` channels hold `27 C²` weights, one 7×7 holds `49 C²`.
The classifier holds most of the parameters: its first layer alone `7 · 7 · width * 8 × hidden`, 103 of 138 million.

Such a stack hardly learns from torch's default start: the signal fades from layer to layer. The authors trained a
shallow net first and put layers in between; the start drawn here (Kaiming, “fan out”, as torchvision's) keeps its size
by scaling each layer's weights with its width. Batch normalisation (2015) made it easy, shortcuts (ResNet) made it
deeper, and an average over the image replaced the large classifier. The names are torchvision's, whose weights load
unchanged.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._vgg import vgg_document


def vgg16() -> Document:
    return vgg_document(
        __doc__,
        "vgg16",
        layers=(2, 2, 3, 3, 3),
        configuration="D",
        quick={},
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.84,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
        ),
    )

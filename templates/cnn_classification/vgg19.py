"""VGG-19

Paper: Very Deep Convolutional Networks for Large-Scale Image Recognition
Authors: Karen Simonyan and Andrew Zisserman
Year: 2014
Link: https://arxiv.org/abs/1409.1556
Parameters: 143,667,240

The deepest of the VGG nets: sixteen 3×3 convolutions instead of thirteen, and three fully connected layers. Nothing but
depth differs from VGG-16, so the two show what three more layers bring: on ImageNet hardly anything. Plain stacking had
reached its end, which is where residual nets began.

The stages have 2, 2, 4, 4 and 4 convolutions of `width`, `width * 2`, `width * 4`, `width * 8` and `width * 8`
channels, each followed by `relu`, and end in a pool that halves height and width. A convolution from `C` to `K`
channels holds `K (9 C + 1)` weights, so the three added ones cost 5.3 million; the classifier's first layer,
`7 · 7 · width * 8 × hidden`, holds 103 of 144 million.

`batch_norm` puts a normalisation between each convolution and its `relu`, as torchvision's `vgg19_bn` has it: each
channel is brought to mean 0 and deviation 1 over the batch, then scaled and moved by two learnt numbers. Without it the
start decides whether the stack learns (Kaiming, “fan out”); with it any start does. Its 11,008 numbers are the scales
and shifts of 5,504 channels.

The net lives on as a measure: its maps of an ImageNet-trained copy say how alike two images look (perceptual loss,
style transfer, super-resolution). ResNet (2015) trained eight times as many layers at a fifth of the work. The names
are torchvision's, whose weights load unchanged.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._vgg import vgg_document


def vgg19() -> Document:
    return vgg_document(
        __doc__,
        "vgg19",
        layers=(2, 2, 4, 4, 4),
        configuration="E",
        normed=True,
        quick={"stages.train.steps": 1500},
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.84,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ruin="0.10 from torch's own start",
        ),
    )

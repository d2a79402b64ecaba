"""ResNet-152

Paper: Deep Residual Learning for Image Recognition
Authors: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun
Year: 2015
Link: https://arxiv.org/abs/1512.03385
Parameters: 60,192,808

The deepest of the nets that won the 2015 ImageNet challenge: eight times as deep as VGG, at less work. What makes the
depth trainable is that every block adds to its input instead of replacing it. Its third stage alone repeats one block
36 times, with only the shortcut to carry the gradient through them.

A `Bottleneck` computes `relu(F(x) + x)`: `F` goes from `planes * 4` channels down to `planes`, through the 3×3, and up
to `planes * 4` again. Where the block changes the shape (`stride != 1`, or other channels than `planes * 4`) the
shortcut goes through a 1×1 convolution, `downsample`. The stages have 3, 8, 36 and 3 blocks (`layers`); with three
convolutions in each, the stem and the head these are 152 layers.

The authors also trained 1202 layers on small images: it fitted as well and generalised worse. Depth by itself stopped
paying; later nets balance it with width and resolution (EfficientNet), or take out whole blocks at random while they
train (stochastic depth), which the shortcuts allow. The names are torchvision's, whose weights load unchanged.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._resnet import bottleneck, resnet_document


def resnet152() -> Document:
    return resnet_document(
        __doc__,
        "resnet152",
        bottleneck(),
        layers=(3, 8, 36, 3),
        quick=(2, 3, 4, 2),
        steps=(2200, 1700),
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.83,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
        ),
    )

"""ResNet-101

Paper: Deep Residual Learning for Image Recognition
Authors: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun
Year: 2015
Link: https://arxiv.org/abs/1512.03385
Parameters: 44,549,160

ResNet-50 with seventeen more blocks, all of them in the third stage. Where a shortcut carries the input past every
block, depth can be added where it pays: at 14×14, where an image has become parts of things but is not yet one answer.
Twice the layers then cost twice the work, no new idea, and lower the error once more.

A `Bottleneck` computes `relu(F(x) + x)`: `F` goes from `planes * 4` channels down to `planes`, through the 3×3, and up
to `planes * 4` again, at about the cost of two 3×3 convolutions over a quarter of the channels. Where the block changes
the shape (`stride != 1`, or other channels than `planes * 4`) the shortcut goes through a 1×1 convolution,
`downsample`. The stages have 3, 4, 23 and 3 blocks (`layers`); with three convolutions in each, the stem and the head
these are 101 layers.

The paper puts the stride on the first 1×1 convolution; here it is on the 3×3, as in torchvision, at the same count.
Detectors and segmentation nets took this depth as their trunk for years (Faster R-CNN, Mask R-CNN, DeepLab), often with
the last stage's strides replaced by dilation. The names are torchvision's, whose weights load unchanged.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._resnet import bottleneck, resnet_document


def resnet101() -> Document:
    return resnet_document(
        __doc__,
        "resnet101",
        bottleneck(),
        layers=(3, 4, 23, 3),
        quick=(2, 2, 3, 2),
        steps=(2200, 1700),
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.84,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
        ),
    )

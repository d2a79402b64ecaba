"""ResNet-50

Paper: Deep Residual Learning for Image Recognition
Authors: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun
Year: 2015
Link: https://arxiv.org/abs/1512.03385
Parameters: 25,557,032

A very deep plain network learns worse than a shallower one, although it could copy the shallower one and do nothing in
its other layers. So each block is asked only for what to *add* to its input: doing nothing is then as easy as zero
weights. From 50 layers on, a 1×1 convolution narrows the channels before the 3×3 and another widens them after it, so
that depth stays affordable.

A `Bottleneck` computes `relu(F(x) + x)`: `F` goes from `planes * 4` channels down to `planes`, through the 3×3, and up
to `planes * 4` again. Where the block changes the shape (`stride != 1`, or other channels than `planes * 4`) the
shortcut goes through a 1×1 convolution, `downsample`. A stage is one block drawn once and repeated `layers[stage]`
times; the first copy of the stages 2 to 4 has stride 2.

The paper puts the stride on the first 1×1 convolution; here it is on the 3×3, as in torchvision (“v1.5”), which sees
every pixel and is about half a percent better at the same count. The names are torchvision's too, whose weights load
unchanged. This net became the yardstick of a decade, and the trunk of most detectors and of BYOL.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._resnet import bottleneck, resnet_document


def resnet50() -> Document:
    return resnet_document(
        __doc__,
        "resnet50",
        bottleneck(),
        layers=(3, 4, 6, 3),
        quick=(2, 2, 2, 2),
        steps=(2200, 1700),
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.86,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
        ),
    )

"""ResNet-34

Paper: Deep Residual Learning for Image Recognition
Authors: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun
Year: 2015
Link: https://arxiv.org/abs/1512.03385
Parameters: 21,797,672

The net on which the paper makes its case. Stacked plainly, 34 layers learn worse than 18, even on the training images,
although they could copy the 18 and do nothing in the rest. With a shortcut around every two layers each block only has
to learn what to add, doing nothing costs nothing, and 34 layers learn better than 18.

A `BasicBlock` computes `relu(F(x) + x)`, where `F` is conv-norm-relu-conv-norm with `planes` channels. The gradient of
the sum is `1 + F'`: whatever `F` does, something of it always passes. Where the block changes the shape (`stride != 1`,
or other channels than `planes`) the shortcut goes through a 1×1 convolution, `downsample`. `layers` says how often the
block is repeated in each stage, 3, 4, 6 and 3 times here; two convolutions in each of 16 blocks, the stem and the head
make 34 layers. Leave out `add` in the block and it is the paper's plain net, which is how the comparison can be made
again.

The same four numbers with a `Bottleneck` in the block's place give ResNet-50. Basic blocks remain the choice for small
nets and small images. The count and the names are torchvision's, whose weights load unchanged.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._resnet import basic_block, resnet_document


def resnet34() -> Document:
    return resnet_document(
        __doc__,
        "resnet34",
        basic_block(),
        layers=(3, 4, 6, 3),
        quick=(2, 3, 3, 2),
        steps=(2000, 1500),
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.87,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
        ),
    )

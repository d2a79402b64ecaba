"""ResNet-18

Paper: Deep Residual Learning for Image Recognition
Authors: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun
Year: 2015
Link: https://arxiv.org/abs/1512.03385
Parameters: 11,689,512

A very deep plain network learns worse than a shallower one, although it could copy the shallower one and do nothing in
its other layers. So each block is asked only for what to *add* to its input: doing nothing is then as easy as zero
weights. The shortcut also carries the gradient past the block unchanged, through any depth.

A `BasicBlock` computes `relu(F(x) + x)`, where `F` is conv-norm-relu-conv-norm with `planes` channels. Where the block
changes the shape (`stride != 1`, or other channels than `planes`) the shortcut goes through a 1×1 convolution,
`downsample`. A stage is one block drawn once and repeated `layers[stage]` times; the first copy of the stages 2 to 4
has stride 2. With two convolutions for each of 8 blocks, the stem and the head these are 18 layers.

The count and the names are torchvision's, whose weights load unchanged. Later nets moved the norm and relu before the
convolution (ResNet-v2), widened the blocks (Wide ResNet), split them into groups (ResNeXt) or weighted their channels
(SE-Net); a plain shortcut is in nearly every deep net since, transformers included.
"""

from __future__ import annotations

from app.core.document import Document, Goal
from templates.cnn_classification._resnet import basic_block, resnet_document


def resnet18() -> Document:
    return resnet_document(
        __doc__,
        "resnet18",
        basic_block(),
        layers=(2, 2, 2, 2),
        quick=(2, 2, 2, 2),
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.87,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ruin="0.85 without shortcuts",
        ),
    )

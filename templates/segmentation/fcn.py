"""FCN-8s

Paper: Fully Convolutional Networks for Semantic Segmentation
Authors: Jonathan Long, Evan Shelhamer and Trevor Darrell
Year: 2015
Link: https://arxiv.org/abs/1411.4038
Parameters: 134,489,759

A classifier's last layers are convolutions, too: a fully connected layer over a 7×7 map is a convolution whose kernel
is 7×7, and on a larger image it gives a map of answers instead of one. Those answers are coarse, one for 32 pixels, so
they are enlarged by transposed convolutions that start as bilinear interpolation; and maps from earlier pools, which
know less but place it better, are scored by a 1×1 convolution and added on the way up.

VGG-16 is the trunk, from `conv1_1` to `pool5`; `fc6` (`kernel`×`kernel`) and `fc7` are its classifier as convolutions
and `score_fr` gives `classes` maps at a 32nd of the size. `stride` says how fine the last addition is: 32 enlarges
those at once (FCN-32s), 16 adds `score_pool4` first, 8 adds `score_pool3` as well. `conv1_1` pads by `padding = 100`,
so that a map of `kernel` cells is left even of small images, and crops bring together what belongs together: the last
one begins at `padding + 47 - stride / 2 - 16 * kernel` (31, 27 and 19), which is found by following the centre of one
window through all layers.

The scores start at zero: at first the net says what the coarser net says. The authors started from a trained VGG and
trained 32s, 16s and 8s one after the other; the start drawn here is VGG's own. The names are those of the authors'
model, so that converted weights load unchanged. U-Net joins maps instead of adding scores, and carries many more of
them; DeepLab keeps the maps large by dilation instead of enlarging small ones.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
    Schedule,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document
from templates.segmentation._segmentation import segmentation_recipe, segmentation_steps

NAME = "fcn"
STAGES = ((1, 2), (2, 2), (4, 3), (8, 3), (8, 3))
"""VGG-16: for each stage its width in units of the first one's, and how many convolutions it has."""

ARGUMENTS = (
    whole("width", 64, low=1, help="Channels of the first stage; the last two have eight times as many."),
    whole("hidden", 4096, low=1, help="Channels of the two convolutions that were VGG's wide layers."),
    whole("classes", 21, low=2, help="What a pixel can belong to."),
    whole("stride", 8, low=8, high=32, help="How many pixels the finest scores are apart: 8, 16 or 32."),
    whole("kernel", 7, low=3, help="What the first of VGG's wide layers looked at: 7×7 cells of the last pool."),
    whole("padding", 100, low=1, help="Pixels added around the image, so that enough is left for the kernel."),
    real("dropout", 0.5, low=0, high=0.9, help="Share of the hidden channels' numbers silenced in training."),
)


def fcn() -> Document:
    return document(
        __doc__,
        _fcn(),
        *segmentation_steps(NAME),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 500, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="FCN",
                arguments={argument.name: f"={argument.name}" for argument in ARGUMENTS},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=segmentation_recipe(
            NAME,
            DataSource("Shapes", {"size": "=size", "channels": "=channels"}),
            steps=100_000,
            batch_size=20,
            optimiser=Optimiser("AdamW", {"lr": 1e-4, "weight_decay": 5e-4}),
            schedule=Schedule("constant"),
        ),
        presets=_presets(),
        layout={"FCN": GraphLayout(positions=_positions(), frames=_frames())},
    )


def _presets() -> list[Preset]:
    published = {"stages.train.learn.optimiser.name": "SGD", "stages.train.learn.optimiser.momentum": 0.9}
    return [
        Preset(name="paper", summary="FCN-8s as published, for the 21 classes of Pascal VOC.", recipe=published),
        Preset(name="16s", summary="FCN-16s: one addition, from the fourth pool.", arguments={"stride": 16}),
        Preset(name="32s", summary="FCN-32s: no addition, enlarged at once.", arguments={"stride": 32}),
        Preset(
            name="quick",
            summary="An eighth of the width on circles, squares and triangles, told by their outline alone.",
            arguments={
                "width": 8,
                "hidden": 64,
                "classes": 4,
                "kernel": 3,
                "padding": 17,
                "channels": 1,
                "size": 64,
                "dropout": 0.0,
            },
            recipe={
                "batch_size": 8,
                "eval_batch_size": 64,
                "stages.train.steps": 1400,
                "stages.train.learn.optimiser.lr": 2e-3,
                "stages.train.learn.schedule.name": "cosine",
                "evaluations.validation.every": 100,
                "previews.masks.every": 100,
            },
            goal=Goal(
                evaluation="test",
                metric="mean_iou",
                at_least=0.38,
                baseline="0.33 by perfect outlines, every form called a circle; 0.30 by a perceptron on 15×15",
            ),
        ),
    ]


_INITIAL = (
    Initial(
        nodes=("Conv2d",),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "nonlinearity": "relu"},
    ),
    Initial(nodes=("Conv2d",), parameter="bias", method="zeros_"),
    Initial(nodes=("score_fr", "score_pool4", "score_pool3"), parameter="weight", method="zeros_"),
)


def _fcn() -> Drawing:
    net = Drawing(
        "FCN",
        "VGG-16 as convolutions only; its coarse scores are enlarged, and finer ones added on the way.",
        arguments=ARGUMENTS,
        initial=_INITIAL,
    )
    image = net.input("image")
    pools = _trunk(net, image)
    x = pools[4]
    for name, kernel in (("6", "=kernel"), ("7", 1)):
        x = net.add(f"fc{name}", "Conv2d", x, out_channels="=hidden", kernel_size=kernel)
        x = net.add(f"relu{name}", "ReLU", x)
        x = net.add(f"drop{name}", "Dropout", x, p="=dropout")
    x = net.add("score_fr", "Conv2d", x, out_channels="=classes", kernel_size=1)
    x = _finer(net, x, pools[3], 4, "upscore2", "=kernel - 2")
    x = _finer(net, x, pools[2], 3, "upscore_pool4", "=2 * kernel - 5")
    for stride, name in ((8, "upscore8"), (16, "upscore16"), (32, "upscore")):
        x = net.add(name, "BilinearConvTranspose2d", x, stride=stride, enabled=f"=stride == {stride}")
    offset = "=padding + 47 - stride // 2 - 16 * kernel"
    net.output("logits", net.add("score", "Crop", x, image, keep="corner", offset=offset))
    return net


def _trunk(net: Drawing, x: Wire) -> list[Wire]:
    """VGG-16's thirteen convolutions; what each of its five pools gives."""
    pools = []
    for stage, (factor, layers) in enumerate(STAGES, start=1):
        for layer in range(1, layers + 1):
            channels = "=width" if factor == 1 else f"=width * {factor}"
            padding = "=padding" if (stage, layer) == (1, 1) else 1
            name = f"{stage}_{layer}"
            x = net.add(f"conv{name}", "Conv2d", x, out_channels=channels, kernel_size=3, padding=padding)
            x = net.add(f"relu{name}", "ReLU", x)
        x = net.add(f"pool{stage}", "MaxPool2d", x, kernel_size=2, stride=2, ceil_mode=True)
        pools.append(x)
    return pools


def _finer(net: Drawing, x: Wire, pool: Wire, number: int, up: str, offset: str) -> Wire:
    """Scores made twice as large, and a pool's own added; left out where the scores are to stay coarser."""
    enabled = f"=stride < {2 ** (number + 1)}"
    x = net.add(up, "BilinearConvTranspose2d", x, stride=2, enabled=enabled)
    score = net.add(f"score_pool{number}", "Conv2d", pool, out_channels="=classes", kernel_size=1, enabled=enabled)
    score = net.add(f"score_pool{number}c", "Crop", score, x, keep="corner", offset=offset, enabled=enabled)
    return net.add(f"fuse_pool{number}", "Add", x, score, enabled=enabled)


def _frames() -> tuple[Frame, ...]:
    stages = [
        Frame(
            title=f"Stage {stage}",
            nodes=(
                *(f"{kind}{stage}_{layer}" for layer in range(1, layers + 1) for kind in ("conv", "relu")),
                f"pool{stage}",
            ),
        )
        for stage, (_, layers) in enumerate(STAGES, start=1)
    ]
    return (
        *stages,
        Frame(title="Classifier as convolutions", nodes=("fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "score_fr")),
        Frame(title="16 pixels apart", nodes=("score_pool4", "score_pool4c", "fuse_pool4")),
        Frame(title="8 pixels apart", nodes=("score_pool3", "score_pool3c", "fuse_pool3")),
    )


def _positions() -> dict[str, tuple[float, float]]:
    """Down on the left, a stage in each row; up on the right, scores added level with the pools that give them."""
    rows: list[tuple[int, int, tuple[str, ...]]] = [
        (6, 0, ("fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "score_fr")),
        (5, 8, ("upscore2",)),
        (4, 7, ("score_pool4",)),
        (4, 9, ("score_pool4c", "fuse_pool4", "upscore_pool4")),
        (3, 7, ("score_pool3",)),
        (3, 12, ("score_pool3c", "fuse_pool3")),
        (2, 14, ("upscore8", "upscore16", "upscore")),
        (1, 17, ("score", "@out:logits")),
    ]
    for stage, (_, layers) in enumerate(STAGES, start=1):
        names = [f"{kind}{stage}_{layer}" for layer in range(1, layers + 1) for kind in ("conv", "relu")]
        rows += [(stage, 0, tuple(names)), (stage, 6, (f"pool{stage}",))]
    places = {
        name: (230.0 * (column + at), 190.0 * row) for row, column, names in rows for at, name in enumerate(names)
    }
    return {"@in:image": (-260.0, 190.0), **places}

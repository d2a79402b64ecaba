"""U-Net

Paper: U-Net: Convolutional Networks for Biomedical Image Segmentation
Authors: Olaf Ronneberger, Philipp Fischer and Thomas Brox
Year: 2015
Link: https://arxiv.org/abs/1505.04597
Parameters: 31,030,658

To say what a pixel belongs to, a net must see far around it and yet know exactly where it is. On the way down,
convolutions and pooling see ever more and place it ever less well; on the way up the maps are enlarged again, and at
each level the maps from the way down are laid beside them. What is known from the context meets what is known of the
place.

`Down` halves the image by a pool and convolves it twice; the channels double, from `width` to `width * 16`.
`Up` enlarges by a transposed convolution of 2×2, crops the skipped maps to the same size, joins both and convolves
twice. Convolutions do not pad (`padding = 0`): each takes 2 pixels off, so 572×572 in gives 388×388 out, and no output
has ever seen a made-up border. Large images are cut into tiles that overlap by the 184 pixels that are lost.

The start is `N(0, 2 / fan_in)`, which keeps the signal's size through relu. The authors weighted the loss towards thin
borders between cells; here all pixels count the same. Rebuilt with padding and batch normalisation it has become the
standard for segmentation, and with attention and a time as further input the trunk of most diffusion models.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
    Schedule,
)
from app.core.draw import Drawing, real, whole
from templates._template import document
from templates.segmentation._segmentation import segmentation_recipe, segmentation_steps

NAME = "unet"

WIDTH = whole("width", 64, low=1, help="Channels of the first level; each level down doubles them.")
CLASSES = whole("classes", 2, low=2, help="What a pixel can belong to.")
PADDING = whole(
    "padding", 0, low=0, high=1, help="Pixels added at the border by each 3×3 convolution; 1 keeps the size."
)
DROPOUT = real("dropout", 0.5, low=0, high=0.9, help="Share of the deepest maps' numbers silenced in training.")


def unet() -> Document:
    return document(
        __doc__,
        _unet(),
        _double_conv(),
        _down(),
        _up(),
        *segmentation_steps(NAME),
        arguments=[
            WIDTH,
            CLASSES,
            PADDING,
            DROPOUT,
            whole("channels", 1, low=1, help="Channels of an image: 1 for grey, 3 for colour."),
            whole("size", 572, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="UNet",
                arguments={name: f"={name}" for name in ("width", "classes", "padding", "dropout")},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=segmentation_recipe(
            NAME,
            DataSource(
                "Shapes",
                {"size": "=size", "channels": "=channels", "valid_margin": "=0 if padding else 92"},
            ),
            steps=20_000,
            batch_size=1,
            optimiser=Optimiser("AdamW", {"lr": 2e-3}),
            schedule=Schedule("cosine"),
        ),
        presets=[
            Preset(
                name="paper",
                summary="As published, for two classes; tiles of 572×572, one at a time.",
                recipe={
                    "stages.train.learn.optimiser.name": "SGD",
                    "stages.train.learn.optimiser.lr": 0.01,
                    "stages.train.learn.optimiser.momentum": 0.99,
                    "stages.train.learn.schedule.name": "constant",
                },
            ),
            Preset(
                name="quick",
                summary="A fifth of the width on circles, squares and triangles, told by their outline alone.",
                arguments={"width": 12, "classes": 4, "padding": 1, "size": 64, "dropout": 0.0},
                recipe={
                    "batch_size": 8,
                    "eval_batch_size": 64,
                    "stages.train.steps": 1200,
                    "stages.train.learn.optimiser.lr": 3e-3,
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
        ],
        layout={"UNet": GraphLayout(positions=_positions())},
    )


def _positions() -> dict[str, tuple[float, float]]:
    """The U that the net is named after: down on the left, up on the right, bridges level."""
    found = {"@in:image": (-210.0, 0.0), "bottom": (380.0, 600.0)}
    for level in (1, 2, 3, 4):
        x, y = 80.0 * (level - 1), 150.0 * (level - 1)
        found[f"down{level}"] = (x, y)
        found[f"up{level}"] = (760.0 - x, y)
    return found | {"head": (970.0, 0.0), "@out:logits": (1170.0, 0.0)}


def _unet() -> Drawing:
    net = Drawing(
        "UNet",
        "Four levels down, four up, and a bridge at each.",
        arguments=[WIDTH, CLASSES, PADDING, DROPOUT],
        initial=_INITIAL,
    )
    x = net.add("down1", "graph:DoubleConv", net.input("image"), width="=width", padding="=padding")
    skips = [x]
    for level in (2, 3, 4):
        dropout = "=dropout" if level == 4 else 0.0
        x = net.add(f"down{level}", "graph:Down", x, width=_width(level), padding="=padding", dropout=dropout)
        skips.append(x)
    x = net.add("bottom", "graph:Down", x, width=_width(5), padding="=padding", dropout="=dropout")
    for level in (4, 3, 2, 1):
        x = net.add(f"up{level}", "graph:Up", x, skips[level - 1], width=_width(level), padding="=padding")
    net.output("logits", net.add("head", "Conv2d", x, out_channels="=classes", kernel_size=1))
    return net


def _width(level: int) -> str:
    return "=width" if level == 1 else f"=width * {2 ** (level - 1)}"


_INITIAL = (
    Initial(
        nodes=("Conv2d", "ConvTranspose2d"),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"nonlinearity": "relu"},
    ),
)


def _double_conv() -> Drawing:
    graph = Drawing("DoubleConv", "Two 3×3 convolutions.", arguments=[WIDTH, PADDING])
    x = graph.input("x")
    for layer in (1, 2):
        x = graph.add(f"conv{layer}", "Conv2d", x, out_channels="=width", kernel_size=3, padding="=padding")
        x = graph.add(f"relu{layer}", "ReLU", x)
    graph.output("output", x)
    return graph


def _down() -> Drawing:
    graph = Drawing(
        "Down",
        "Half the size, then two convolutions; dropout at the deepest levels.",
        arguments=[WIDTH, PADDING, DROPOUT],
    )
    x = graph.add("pool", "MaxPool2d", graph.input("x"), kernel_size=2)
    x = graph.add("conv", "graph:DoubleConv", x, width="=width", padding="=padding")
    graph.output("output", graph.add("drop", "Dropout", x, p="=dropout"))
    return graph


def _up() -> Drawing:
    graph = Drawing(
        "Up", "Enlarged, laid beside the cropped maps from the way down, convolved.", arguments=[WIDTH, PADDING]
    )
    x, skip = graph.input("x", "From below"), graph.input("skip", "From the way down, at the same level")
    x = graph.add("up", "ConvTranspose2d", x, out_channels="=width", kernel_size=2, stride=2)
    skip = graph.add("crop", "Crop", skip, x)
    x = graph.add("join", "Concatenate", skip, x)
    graph.output("output", graph.add("conv", "graph:DoubleConv", x, width="=width", padding="=padding"))
    return graph

"""Vision Transformer

Paper: An Image Is Worth 16x16 Words: Transformers for Image Recognition at Scale
Authors: Alexey Dosovitskiy, Lucas Beyer, Alexander Kolesnikov, Dirk Weissenborn, Xiaohua Zhai and others
Year: 2020
Link: https://arxiv.org/abs/2010.11929
Parameters: 86,567,656

Cut an image into squares, call each square a word, and read the picture as a sentence. Nothing in the net knows that a
square has neighbours, or that an object may stand elsewhere: what a convolution is given by its form, attention has to
learn from examples. With few of them it is worse; with hundreds of millions it is better.

`conv_proj` is a convolution whose stride is its kernel, `patch`: it maps each square by itself to `width` numbers,
`(size / patch)²` of them. A learnt `class_token` is put before them, a learnt vector for each place, `pos_embedding`,
is added, and `layers` layers follow: `x = x + self_attention(ln_1(x))`, then `x = x + mlp(ln_2(x))`, the norm before
each part. Attention gives `softmax(q kᵀ / √d) v` in `heads` heads, without any mask. At the end only the class token is
asked: what it gathered from all squares goes through `ln` and one linear layer. From the first layer on, every square
sees the whole image; a convolutional net of 3×3 would need a hundred layers for that.

Node names and start are torchvision's (`vit_b_16`); `large` and `huge` are the paper's other models, `small` is of
Touvron and others (2020), who showed that strong augmentation and a teacher make up for the missing hundreds of
millions. Swin brought windows and a pyramid back; MAE and DINO learn the same net without labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    Repeat,
    Schedule,
    Value,
)
from app.core.draw import Drawing, real, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

NAME = "vit"

SIZE = whole("size", 224, low=1, help="Height and width of an image.")
PATCH = whole("patch", 16, low=1, help="Height and width of a square; it divides the image's.")
LAYERS = whole("layers", 12, low=1, help="Layers of the encoder.")
WIDTH = whole("width", 768, low=1, help="Numbers that describe a square on its way.")
HEADS = whole("heads", 12, low=1, help="Attention heads; they share the width.")
HIDDEN = whole("hidden", 3072, low=1, help="Units of the hidden layer that each square has for itself.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
DROPOUT = real("dropout", 0.1, low=0, high=0.9, help="Share of numbers silenced at each training step.")
PLACES = whole("places", 197, low=2, help="Squares, and one more for the class token.")

MODEL = (SIZE, PATCH, LAYERS, WIDTH, HEADS, HIDDEN, CLASSES, DROPOUT)
LAYER = (HEADS, HIDDEN, DROPOUT)
PASSED: dict[str, Any] = {argument.name: f"={argument.name}" for argument in LAYER}
SIZES: Mapping[str, tuple[str, dict[str, Value]]] = {
    "large": ("ViT-L/16.", {"layers": 24, "width": 1024, "heads": 16, "hidden": 4096}),
    "huge": ("ViT-H/14.", {"patch": 14, "layers": 32, "width": 1280, "heads": 16, "hidden": 5120}),
    "small": ("ViT-S/16, half as wide.", {"width": 384, "heads": 6, "hidden": 1536}),
}


def vit() -> Document:
    return document(
        __doc__,
        _vision_transformer(),
        _encoder(),
        _layers(),
        _layer(),
        _mlp(),
        _heads(),
        *classifier_steps(NAME),
        arguments=[*MODEL, whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey.")],
        models=[
            Model(
                name=NAME,
                graph="VisionTransformer",
                arguments={argument.name: f"={argument.name}" for argument in MODEL},
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True, "value_range": "-1..1"}),
            steps=90_000,
            batch_size=4096,
            optimiser=Optimiser("AdamW", {"lr": 3e-3, "weight_decay": 0.3}),
            schedule=Schedule("cosine", {"warmup": 10_000, "final": 0.0}),
            every=2000,
        ),
        presets=[
            Preset(name="paper", summary="ViT-B/16: squares of 16×16, 12 layers of 768."),
            _quick(),
            *(Preset(name=name, summary=summary, arguments=size) for name, (summary, size) in SIZES.items()),
        ],
        layout={
            "VisionTransformer": GraphLayout(frames=_PARTS),
            "EncoderLayer": GraphLayout(frames=_SUBLAYERS),
        },
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Three narrow layers on four digits, one of them marked: find out where to look, and read.",
        arguments={
            "size": 16, "patch": 4, "layers": 3, "width": 64, "heads": 4, "hidden": 128, "classes": 10, "channels": 1,
            "dropout": 0.0,
        },
        data=DataSource("MarkedDigits"),
        recipe={
            "batch_size": 64,
            "stages.train.steps": 1000,
            "stages.train.learn.optimiser.lr": 2e-3,
            "stages.train.learn.optimiser.weight_decay": 0.05,
            "stages.train.learn.schedule.warmup": 100,
            "evaluations.validation.every": 100,
            "previews.predictions.every": 100,
        },
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.85,
            baseline="0.32 by the nearest of 100 views of each example, 0.22 by logistic regression",
            ruin="0.1 when no square looks at another: then the class token has nothing to gather",
        ),
    )  # fmt: skip


_PARTS = (Frame(title="Squares as words", nodes=("conv_proj", "flatten", "sequence")),)
_SUBLAYERS = (
    Frame(title="Look around", nodes=("ln_1", "self_attention", "dropout", "add_attention")),
    Frame(title="Think", nodes=("ln_2", "mlp", "add_mlp")),
)
_INITIAL = (
    Initial(
        nodes=("conv_proj",),
        parameter="weight",
        method="trunc_normal_",
        arguments={"std": "=(image.channels * patch ** 2) ** -0.5"},
    ),
    Initial(nodes=("conv_proj",), parameter="bias", method="zeros_"),
    Initial(nodes=("encoder.pos_embedding",), parameter="", method="normal_", arguments={"std": 0.02}),
    *(Initial(nodes=("heads.head",), parameter=name, method="zeros_") for name in ("weight", "bias")),
)
_INITIAL_OF_LAYER = (
    Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_"),
    Initial(nodes=("Linear",), parameter="bias", method="normal_", arguments={"std": 1e-6}),
    Initial(nodes=("self_attention",), parameter="in_proj_weight", method="xavier_uniform_"),
    Initial(
        nodes=("self_attention",), parameter="out_proj.weight", method="kaiming_uniform_", arguments={"a": "=5 ** 0.5"}
    ),
    Initial(nodes=("self_attention",), parameter="out_proj.bias", method="zeros_"),
)


def _vision_transformer() -> Drawing:
    net = Drawing(
        "VisionTransformer",
        "Squares of the image as words, an encoder, and a linear head on what the class token gathered.",
        arguments=MODEL,
        initial=_INITIAL,
    )
    image = net.input("image")
    x = net.add("conv_proj", "Conv2d", image, out_channels="=width", kernel_size="=patch", stride="=patch")
    x = net.add("flatten", "Flatten", x, start_dim=2)
    x = net.add("sequence", "Transpose", x, dim0=1, dim1=2)
    token = net.add("class_token", "Parameter", sizes="=(1, 1, width)")
    x = net.add("join", "Concatenate", net.add("expand", "Expand", token, x), x, dim=1)
    x = net.add("encoder", "graph:Encoder", x, places="=(size // patch) ** 2 + 1", layers="=layers", **PASSED)
    x = net.add("gathered", "Select", x, dim=1, index=0)
    net.output("logits", net.add("heads", "graph:Heads", x, classes="=classes"))
    return net


def _heads() -> Drawing:
    graph = Drawing("Heads", "One linear layer.", arguments=[CLASSES], sequential=True)
    graph.output("logits", graph.add("head", "Linear", graph.input("x"), out_features="=classes"))
    return graph


def _encoder() -> Drawing:
    graph = Drawing(
        "Encoder", "Where each square is, layers that let all see all, and a last norm.",
        arguments=[PLACES, LAYERS, *LAYER],
    )  # fmt: skip
    x = graph.input("x", "The class token, and the squares row by row")
    places = graph.add("pos_embedding", "Parameter", sizes="=(1, places, x.features)")
    x = graph.add("dropout", "Dropout", graph.add("add", "Add", x, places), p="=dropout")
    x = graph.add("layers", "graph:Layers", x, layers="=layers", **PASSED)
    graph.output("output", graph.add("ln", "LayerNorm", x, eps=1e-6))
    return graph


def _layers() -> Drawing:
    graph = Drawing("Layers", "Layer after layer.", arguments=[LAYERS, *LAYER], sequential=True)
    repeat = Repeat("=layers", "{name}_{i}")
    graph.output("output", graph.add("encoder_layer", "graph:EncoderLayer", graph.input("x"), repeat=repeat, **PASSED))
    return graph


def _layer() -> Drawing:
    graph = Drawing(
        "EncoderLayer",
        "Attention to all squares, and a net for each; both are added.",
        arguments=LAYER,
        initial=_INITIAL_OF_LAYER,
    )
    x = graph.input("x")
    y = graph.add("ln_1", "LayerNorm", x, eps=1e-6)
    y = graph.add("self_attention", "MultiheadAttention", y, y, y, num_heads="=heads")
    y = graph.add("dropout", "Dropout", y, p="=dropout")
    x = graph.add("add_attention", "Add", x, y)
    y = graph.add("ln_2", "LayerNorm", x, eps=1e-6)
    y = graph.add("mlp", "graph:MLP", y, hidden="=hidden", dropout="=dropout")
    graph.output("output", graph.add("add_mlp", "Add", x, y))
    return graph


def _mlp() -> Drawing:
    graph = Drawing(
        "MLP",
        "Each square by itself: wider, a bend, and back.",
        arguments=[HIDDEN, DROPOUT],
        sequential=True,
    )
    x = graph.input("x")
    x = graph.add("0", "Linear", x, out_features="=hidden")
    x = graph.add("1", "GELU", x)
    x = graph.add("2", "Dropout", x, p="=dropout")
    x = graph.add("3", "Linear", x, out_features="=x.features")
    graph.output("output", graph.add("4", "Dropout", x, p="=dropout"))
    return graph

"""MobileNet v1

Paper: MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications
Authors: Andrew G. Howard, Menglong Zhu, Bo Chen, Dmitry Kalenichenko, Weijun Wang and others
Year: 2017
Link: https://arxiv.org/abs/1704.04861
Parameters: 4,231,976

A convolution does two things at once: it looks around in space, and it mixes channels. Done one after the other they
cost about a ninth: first each channel is looked at by a 3×3 kernel of its own, then a 1×1 convolution mixes channels
at every place. A net of nothing but such pairs has the accuracy of VGG-16 with a thirtieth of its weights and work,
and fits a telephone.

A 3×3 convolution from `C` to `K` channels multiplies `9 C K` times at every place; `conv_dw` and `conv_pw` together
`9 C + C K` times, which is `1/K + 1/9` of it. Each of the two is followed by a normalisation and by `relu6`, the
smaller of 6 and `relu(x)`, which survives numbers of few bits. `layers` says how many pairs the stages after the first
have; where a stage begins, `conv_dw` has the stage's stride (`strides`) and `conv_pw` doubles the channels, from
`width` in the stem to `width * 32`.

Two numbers trade accuracy for cost. With a share `α` of the channels, weights and work shrink by about `α²`; with
smaller images work shrinks by the square and the weights stay. The presets `0.75`, `0.5` and `0.25` are the paper's
values of `α`: 24, 16 and 8 channels in the stem.

MobileNetV2 put shortcuts between narrow ends around a wide depthwise middle, V3 and EfficientNet let a search choose
the sizes. The net is also the trunk of SSD detectors and of PoseNet, which finds people's joints in a browser. Names
and start are timm's, whose weights load unchanged.
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
    Value,
)
from app.core.draw import Drawing, ints, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.cnn_classification._arguments import passed

NAME = "mobilenet_v1"

WIDTH = whole("width", 32, low=1, help="Channels of the stem; the last stage has 32 times as many.")
LAYERS = ints("layers", (2, 2, 6, 2), low=1, help="Pairs of convolutions in each stage after the first, which has one.")
STRIDES = ints("strides", (1, 2, 2, 2, 2), low=1, help="Stride of each stage's first pair.")
CLASSES = whole("classes", 1000, low=2, help="Number of logits.")
BODY = (WIDTH, LAYERS, STRIDES)
ARGUMENTS = (*BODY, CLASSES)


def mobilenet_v1() -> Document:
    return document(
        __doc__,
        _mobilenet(),
        _blocks(),
        _separable(),
        *classifier_steps(NAME),
        arguments=[
            *ARGUMENTS,
            whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
            whole("size", 224, low=32, help="Height and width of an image."),
        ],
        models=[
            Model(
                name=NAME,
                graph="MobileNet",
                arguments=passed(*ARGUMENTS),
                inputs={"image": InputType(("B", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": "=size", "channels": "=channels", "flip": True}),
            steps=500_000,
            batch_size=256,
            optimiser=Optimiser("AdamW", {"lr": 5e-3, "weight_decay": 0.01}),
            schedule=Schedule("cosine", {"warmup": 200}),
            every=5000,
        ),
        presets=[
            Preset(
                name="paper",
                summary="As published, on a folder of images of 1000 classes.",
                recipe=_PUBLISHED,
            ),
            _quick(),
            *(
                Preset(
                    name=share,
                    summary=f"{share} of the channels everywhere.",
                    arguments={"width": width},
                    recipe=_PUBLISHED,
                )
                for share, width in (("0.75", 24), ("0.5", 16), ("0.25", 8))
            ),
        ],
        layout={"MobileNet": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="Stem", nodes=("conv_stem", "bn1", "act1")),
    Frame(title="Head", nodes=("global_pool", "flatten", "classifier")),
)


_PUBLISHED: dict[str, Value] = {
    "stages.train.learn.optimiser.name": "RMSprop",
    "stages.train.learn.optimiser.lr": 0.045,
    "stages.train.learn.optimiser.alpha": 0.9,
    "stages.train.learn.optimiser.momentum": 0.9,
    "stages.train.learn.optimiser.weight_decay": 4e-5,
    "stages.train.learn.schedule.name": "step",
    "stages.train.learn.schedule.every": 12_500,
    "stages.train.learn.schedule.factor": 0.94,
}


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="An eighth of the width and fewer pairs, on digits placed at random in a 32×32 image.",
        arguments={
            "width": 8,
            "layers": (2, 2, 2, 2),
            "strides": (1, 2, 1, 2, 1),
            "classes": 10,
            "channels": 1,
            "size": 32,
        },
        data=DataSource("PlacedDigits", {"size": "=size", "channels": "=channels", "noise": 0.3}),
        recipe={
            "batch_size": 32,
            "stages.train.steps": 3500,
            "evaluations.validation.every": 500,
            "previews.predictions.every": 500,
        },
        goal=Goal(
            evaluation="test",
            metric="accuracy",
            at_least=0.86,
            baseline="0.78 by the nearest of 100 placings of each digit, 0.16 by logistic regression",
            ruin="0.13 with depthwise kernels of 1×1",
        ),
    )


def _mobilenet() -> Drawing:
    net = Drawing(
        "MobileNet",
        "A convolution, thirteen pairs of a depthwise and a 1×1 one, and a linear head on their average.",
        arguments=ARGUMENTS,
        initial=(
            Initial(
                nodes=("conv_stem",),
                parameter="weight",
                method="kaiming_normal_",
                arguments={"mode": "fan_out", "nonlinearity": "relu"},
            ),
            Initial(
                nodes=("classifier",),
                parameter="weight",
                method="uniform_",
                arguments={"a": "=-1 / classes ** 0.5", "b": "=1 / classes ** 0.5"},
            ),
            Initial(nodes=("classifier",), parameter="bias", method="zeros_"),
        ),
    )
    x = net.input("image")
    x = net.add("conv_stem", "Conv2d", x, out_channels="=width", kernel_size=3, stride=2, padding=1, bias=False)
    x = net.add("act1", "ReLU6", net.add("bn1", "BatchNorm2d", x))
    x = net.add("blocks", "graph:Blocks", x, **passed(*BODY))
    x = net.add("global_pool", "AdaptiveAvgPool2d", x, output_size=1)
    x = net.add("flatten", "Flatten", x)
    net.output("logits", net.add("classifier", "Linear", x, out_features="=classes"))
    return net


def _blocks() -> Drawing:
    graph = Drawing("Blocks", "Five stages; each but the first halves the image.", arguments=BODY, sequential=True)
    x = graph.input("x")
    for stage in range(5):
        x = graph.add(
            str(stage),
            "graph:DepthwiseSeparable",
            x,
            channels=f"=width * {2 ** (stage + 1)}",
            stride=f"=strides[{stage}] if i == 0 else 1",
            repeat=f"=layers[{stage - 1}]" if stage else 1,
        )
    graph.output("features", x)
    return graph


def _separable() -> Drawing:
    graph = Drawing(
        "DepthwiseSeparable",
        "Each channel looks around by itself, then every place mixes its channels.",
        arguments=[
            whole("channels", 64, low=1, help="Channels that come out."),
            whole("stride", 1, low=1, help="2 halves height and width."),
        ],
        initial=tuple(
            Initial(
                nodes=(name,),
                parameter="weight",
                method="kaiming_normal_",
                arguments={"mode": mode, "nonlinearity": "relu"},
            )
            for name, mode in (("conv_dw", "fan_in"), ("conv_pw", "fan_out"))
        ),
    )
    x = graph.input("x")
    x = graph.add(
        "conv_dw",
        "Conv2d",
        x,
        out_channels="=x.channels",
        kernel_size=3,
        stride="=stride",
        padding=1,
        groups="=x.channels",
        bias=False,
    )
    x = graph.add("act1", "ReLU6", graph.add("bn1", "BatchNorm2d", x))
    x = graph.add("conv_pw", "Conv2d", x, out_channels="=channels", kernel_size=1, bias=False)
    graph.output("output", graph.add("act2", "ReLU6", graph.add("bn2", "BatchNorm2d", x)))
    return graph

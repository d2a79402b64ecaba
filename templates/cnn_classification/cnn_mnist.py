"""Simple CNN

Paper: MIT 6.S094, Deep Learning Basics: tutorial on MNIST
Authors: Lex Fridman
Year: 2019
Link: https://github.com/lexfridman/mit-deep-learning
Parameters: 225,034

The smallest net that has every part of a modern image classifier, and the one that most courses begin with. Two
convolutions look for strokes and for arrangements of strokes, pools forget where exactly they were, dropout keeps the
units from relying on each other, and two fully connected layers decide. On MNIST it makes fewer than one mistake in a
hundred.

`conv1` slides `width` filters of 3×3 over the image and `conv2` twice as many over what they found; each is followed
by `relu` and a pool that keeps the largest of every 2×2. Without padding 28×28 becomes 26, 13, 11 and 5. A convolution
from `C` to `K` channels holds `K (9 C + 1)` weights however large the image is; `fc1`, which sees every place by
itself, holds `25 · 2 · width · hidden`, nine tenths of the whole.

Dropout multiplies each unit by 0 with the probability `drop_maps` or `drop_hidden`, else by `1 / (1 - p)`: the expected
sum stays, and in evaluation it does nothing. Training is thus over a different thinned net at every step.

LeNet-5 (1998) is this net with tanh, means and without dropout; AlexNet (2012) is it with eight layers and a thousand
classes. Later nets drop the large `fc1` for an average over the image. The start is the tutorial's: Glorot's, with
biases at zero.
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
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.cnn_classification._arguments import passed

NAME = "cnn_mnist"

WIDTH = whole("width", 32, low=1, help="Filters of the first convolution; the second has twice as many.")
HIDDEN = whole("hidden", 128, low=1, help="Units of the hidden layer.")
CLASSES = whole("classes", 10, low=2, help="Number of logits.")
DROP_MAPS = real("drop_maps", 0.25, low=0, high=0.9, help="Share of the last maps' pixels silenced in training.")
DROP_HIDDEN = real("drop_hidden", 0.5, low=0, high=0.9, help="Share of the hidden units silenced in training.")
ARGUMENTS = (WIDTH, HIDDEN, CLASSES, DROP_MAPS, DROP_HIDDEN)


def cnn_mnist() -> Document:
    return document(
        __doc__,
        _cnn(),
        *classifier_steps(NAME),
        arguments=[
            *ARGUMENTS,
            whole("channels", 1, low=1, help="Channels of an image: 3 for colour, 1 for grey."),
        ],
        models=[
            Model(
                name=NAME,
                graph="SimpleCNN",
                arguments=passed(*ARGUMENTS),
                inputs={"image": InputType(("B", "=channels", 28, 28))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("ImageFolder", {"size": 28, "channels": "=channels"}),
            steps=9375,
            batch_size=32,
            optimiser=Optimiser("Adam", {"lr": 1e-3}),
            schedule=Schedule("constant"),
            every=500,
        ),
        presets=[
            Preset(name="paper", summary="As in the tutorial: five passes over MNIST, kept in a folder of images."),
            Preset(
                name="quick",
                summary="Half the filters on digits placed at random in a 28×28 image.",
                arguments={"width": 16, "drop_hidden": 0.25},
                data=DataSource("PlacedDigits", {"size": 28, "channels": "=channels", "noise": 0.3}),
                recipe={
                    "batch_size": 64,
                    "stages.train.steps": 3000,
                    "stages.train.learn.optimiser.lr": 2e-3,
                    "stages.train.learn.schedule.name": "cosine",
                },
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.87,
                    baseline="0.84 by the nearest of 100 placings of each digit, 0.19 by logistic regression",
                    ruin="0.16 without convolutions",
                ),
            ),
        ],
        layout={"SimpleCNN": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="Strokes", nodes=("conv1", "relu1", "pool1")),
    Frame(title="Arrangements of strokes", nodes=("conv2", "relu2", "pool2", "dropout1")),
    Frame(title="Decision", nodes=("flatten", "fc1", "relu3", "dropout2", "fc2")),
)

_INITIAL = (
    Initial(nodes=("Conv2d", "Linear"), parameter="weight", method="xavier_uniform_"),
    Initial(nodes=("Conv2d", "Linear"), parameter="bias", method="zeros_"),
)


def _cnn() -> Drawing:
    net = Drawing(
        "SimpleCNN",
        "Two convolutions with pools, and two fully connected layers.",
        arguments=ARGUMENTS,
        initial=_INITIAL,
    )
    x = _found(net, 1, net.input("image"), "=width")
    x = _found(net, 2, x, "=width * 2")
    x = net.add("dropout1", "Dropout", x, p="=drop_maps")
    x = net.add("flatten", "Flatten", x)
    x = net.add("relu3", "ReLU", net.add("fc1", "Linear", x, out_features="=hidden"))
    x = net.add("dropout2", "Dropout", x, p="=drop_hidden")
    net.output("logits", net.add("fc2", "Linear", x, out_features="=classes"))
    return net


def _found(net: Drawing, number: int, x: Wire, channels: str) -> Wire:
    """What a convolution's filters find, and where roughly."""
    x = net.add(f"conv{number}", "Conv2d", x, out_channels=channels, kernel_size=3)
    x = net.add(f"relu{number}", "ReLU", x)
    return net.add(f"pool{number}", "MaxPool2d", x, kernel_size=2)

"""Convolutional net and LSTM (LRCN)

Paper: Long-term Recurrent Convolutional Networks for Visual Recognition and Description
Authors: Jeff Donahue, Lisa Anne Hendricks, Marcus Rohrbach, Subhashini Venugopalan, Sergio Guadarrama and others
Year: 2014
Link: https://arxiv.org/abs/1411.4389
Parameters: 71,432

What happens in a film is seen in no single picture of it. The long-term recurrent convolutional net divides the work:
a convolutional net, the same for every frame, says what is there and where; an LSTM reads these descriptions one after
the other and says what is going on. Both learn together, from the film's label alone.

`frame` turns a picture of `channels` × `size` × `size` into `features` numbers: two convolutions of `width` and
`2 * width` maps, the maximum of each of 4×4 fields, and a linear layer. It is scanned along the film, so that its
weights are the same at every moment. The LSTM keeps `hidden` cells, and the last state gives the logits `V h + c` of
the `classes`; the paper, whose actions can be told at any moment, averages what all states say.

For sign language, actions and speech the same division was made with other front ends. The alternative is to treat
time as a third dimension: nets of 3-D convolutions (C3D, 2014) see motion in their first layer already, but no further
than their kernels reach. The preset `r3d_18` is the ResNet-18 of Tran et al. (2017), with 33,371,472 parameters.
"""

from __future__ import annotations

from typing import Any

from app.core.document import DataSource, Document, Goal, InputType, Model, Optimiser, Preset, Scan, Schedule
from app.core.draw import Drawing, Wire, choice, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document
from templates.rnn._r3d import INITIAL, add_r3d, r3d_graphs

NAME = "cnn_rnn"

CHANNELS = whole("channels", 1, low=1, help="Channels of a frame: 1 for grey, 3 for colour.")
SIZE = whole("size", 16, low=8, help="Height and width of a frame.")
WIDTH = whole("width", 16, low=1, help="Maps of the first convolution; the second has twice as many.")
FEATURES = whole("features", 64, low=1, help="Numbers that describe a frame.")
HIDDEN = whole("hidden", 64, low=1, help="Cells of the LSTM.")
CLASSES = whole("classes", 8, low=2, help="How many classes there are to tell apart.")
FORM = choice("form", "lrcn", "lrcn", "conv3d", help="Frames and an LSTM, or convolutions through time.")
_INNER = (WIDTH, FEATURES, HIDDEN, CLASSES)
_OWN = (*_INNER, FORM)


def cnn_rnn() -> Document:
    return document(
        __doc__,
        _film(),
        _recurrent(),
        _frame(),
        *r3d_graphs(),
        *classifier_steps(NAME, field="video"),
        arguments=[CHANNELS, SIZE, *_OWN, whole("frames", 8, low=2, help="Pictures in a film.")],
        models=[
            Model(
                name=NAME,
                graph="VideoClassifier",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"video": InputType(("B", "T", "=channels", "=size", "=size"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("MovingShapes", {"frames": "=frames", "size": "=size", "channels": "=channels"}),
            steps=3000,
            batch_size=64,
            optimiser=Optimiser("AdamW", {"lr": 2e-3, "weight_decay": 0.01}),
            schedule=Schedule("cosine", {"warmup": 50}),
            every=200,
            show="frames",
        ),
        presets=[
            Preset(name="paper", summary="Eight frames of 16×16 pixels, and directions to tell."),
            Preset(
                name="quick",
                summary="The same net on films of six frames, under noise in which no two of them are alike.",
                arguments={"frames": 6},
                data=DataSource(
                    "MovingShapes",
                    {"frames": "=frames", "size": "=size", "channels": "=channels", "noise": 0.25, "examples": 1500},
                ),
                recipe={"stages.train.steps": 700},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.93,
                    baseline="0.80 by the nearest neighbour, 0.15 by logistic regression",
                    ruin="0.11 by the last frame alone",
                ),
            ),
            Preset(
                name="r3d_18",
                summary="The alternative: a ResNet-18 with 3-D convolutions, as for the 400 actions of Kinetics.",
                arguments={"form": "conv3d", "channels": 3, "size": 112, "classes": 400, "frames": 16},
                recipe={"batch_size": 16},
            ),
        ],
    )


def _film() -> Drawing:
    graph = Drawing(
        "VideoClassifier", "What happens in a film: by one of two kinds of net.", arguments=_OWN, initial=INITIAL
    )
    inner: dict[str, Any] = {argument.name: f"={argument.name}" for argument in _INNER}
    x = graph.add("recurrent", "graph:RecurrentConvolutional", graph.input("video"), enabled="=form == 'lrcn'", **inner)
    graph.output("logits", add_r3d(graph, x))
    return graph


def _recurrent() -> Drawing:
    graph = Drawing(
        "RecurrentConvolutional", "The same net looks at each frame, and an LSTM at what it saw.", arguments=_INNER
    )
    x = graph.input("video", "The film")
    x = graph.add("frame", "graph:Frame", x, scan=Scan(sliced=("image",), dim=1), width="=width", features="=features")
    x = graph.add("lstm", "LSTM", x, hidden_size="=hidden")
    x = graph.add("last", "Select", x, dim=1, index=-1)
    graph.output("logits", graph.add("head", "Linear", x, out_features="=classes"))
    return graph


def _frame() -> Drawing:
    graph = Drawing("Frame", "What is in one picture, and where.", arguments=[WIDTH, FEATURES])
    x = graph.input("image")
    x = _bent(graph, 1, x, "=width")
    x = graph.add("pool1", "MaxPool2d", x, kernel_size=2)
    x = _bent(graph, 2, x, "=width * 2")
    x = graph.add("pool2", "AdaptiveMaxPool2d", x, output_size=4)
    x = graph.add("fc", "Linear", graph.add("flatten", "Flatten", x), out_features="=features")
    graph.output("description", graph.add("relu3", "ReLU", x))
    return graph


def _bent(graph: Drawing, number: int, x: Wire, channels: str) -> Wire:
    x = graph.add(f"conv{number}", "Conv2d", x, out_channels=channels, kernel_size=3, padding=1)
    return graph.add(f"relu{number}", "ReLU", x)

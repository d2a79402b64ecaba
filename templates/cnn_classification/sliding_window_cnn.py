"""Sliding-window CNN

Paper: OverFeat: Integrated Recognition, Localization and Detection using Convolutional Networks
Authors: Pierre Sermanet, David Eigen, Xiang Zhang, Michaël Mathieu, Rob Fergus and Yann LeCun
Year: 2013
Link: https://arxiv.org/abs/1312.6229
Parameters: 151,947

What tells what a small window shows can find things in a large image: put it on every place. Done window by window that
is slow, since neighbours share nearly all of their pixels. But a net of convolutions gives the same answers for all
windows at once: fully connected layers become convolutions as large as what is left of the window, and a larger image
simply gives a larger map of answers.

`classifier` is trained on windows of 16×16 that show one digit or background. 16 becomes 12 (`conv1`, 5×5), 6 (pool), 4
(`conv2`, 3×3) and 1 (`fc`, 4×4, which sees all of it); `score` says, for each of `classes`, how likely it is. A scene
of 64×64 gives 25×25 answers, one for every second pixel: the pool is the stride. Things of other sizes are found by
looking at the scene made smaller, by 1, 0.8, 0.625 and 0.5: an image pyramid. Place `(i, j)` of the map of scale `s` is
the box from `(2j, 2i) / s` to `(2j + 16, 2i + 16) / s`.

A digit is seen by many windows. Non-maximum suppression keeps the surest box and strikes out those whose intersection
with it is more than `overlap` of their union, then goes on with the surest that is left. How good the
boxes are is said by the mean average precision: down the ranking of all boxes of a class, a box is right if it meets a
digit with at least half of the union and is the first to do so.

Background is the hard class: half of the windows that the net learns from show none or only part of a digit. OverFeat
also let the net correct each box by regression. R-CNN and its heirs look only where something may be; SSD and YOLO kept
the idea of this net, all places at once, and made each place answer for several sizes.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document
from templates.cnn_classification._arguments import passed

MODEL = "classifier"
WINDOW, STRIDE = 16, 2
SCALES = (1.0, 0.8, 0.625, 0.5)

WIDTH = whole("width", 32, low=1, help="Filters of the first convolution; the second has twice as many.")
HIDDEN = whole("hidden", 128, low=1, help="Units of the hidden layer at every place.")
CLASSES = whole("classes", 11, low=2, help="Number of logits; the first is the background's.")
ARGUMENTS = (WIDTH, HIDDEN, CLASSES)
OVERLAP = real("overlap", 0.3, low=0, high=1, help="Above this intersection over union the less sure box goes.")


def sliding_window_cnn() -> Document:
    return document(
        __doc__,
        _net(),
        _reading(),
        _train(),
        _evaluate(),
        _look(),
        arguments=[*ARGUMENTS, OVERLAP],
        models=[
            Model(
                name=MODEL,
                graph="WindowNet",
                arguments=passed(*ARGUMENTS),
                inputs={"image": InputType(("B", 1, "H", "W"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Wide layers, trained for long on scenes with handwritten digits."),
            Preset(
                name="quick",
                summary="Half of the width, on the same scenes.",
                arguments={"width": 16, "hidden": 64},
                recipe={
                    "stages.train.steps": 3000,
                    "evaluations.validation.every": 1000,
                    "previews.detections.every": 500,
                },
                goal=Goal(
                    evaluation="test",
                    metric="precision",
                    at_least=0.8,
                    baseline="0.71 by the nearest window of each class, 0.51 by logistic regression on windows",
                    ruin="0.56 without suppression",
                ),
            ),
        ],
        layout={
            name: GraphLayout(frames=tuple(_scale_frame(place, scale) for place, scale in enumerate(SCALES)))
            for name in ("Evaluate", "Look")
        },
    )


def _scale_frame(place: int, scale: float) -> Frame:
    names = (f"resize{place}", f"logits{place}", f"windows{place}")
    return Frame(title=f"Scale {scale:g}", nodes=names if place else names[1:])


def _recipe() -> Recipe:
    overlap = {"overlap": "=overlap"}
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(MODEL,),
        optimiser=Optimiser("AdamW", {"lr": 2e-3, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 50}),
    )
    return Recipe(
        data=DataSource("DigitScenes", {"window": WINDOW}),
        stages=(Stage(name="train", steps=20_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=2000, arguments=overlap),
            Evaluation(name="test", graph="Evaluate", split="test", arguments=overlap),
        ),
        previews=(Preview(name="detections", graph="Look", show="images", every=2000, arguments=overlap),),
        batch_size=64,
        eval_batch_size=64,
    )


def _net() -> Drawing:
    """A classifier of windows whose fully connected layers are convolutions, so that it takes larger images as well."""
    net = Drawing(
        "WindowNet",
        "What each window shows, for all windows of an image at once.",
        arguments=ARGUMENTS,
    )
    x = net.input("image")
    x = net.add("relu1", "ReLU", net.add("conv1", "Conv2d", x, out_channels="=width", kernel_size=5))
    x = net.add("pool", "MaxPool2d", x, kernel_size=2)
    x = net.add("relu2", "ReLU", net.add("conv2", "Conv2d", x, out_channels="=width * 2", kernel_size=3))
    x = net.add("relu3", "ReLU", net.add("fc", "Conv2d", x, out_channels="=hidden", kernel_size=4))
    net.output("logits", net.add("score", "Conv2d", x, out_channels="=classes", kernel_size=1))
    return net


def _train() -> Drawing:
    step = Drawing("TrainStep", "One batch of windows: what each shows, and how far that is from the truth.")
    window, label = step.input("window"), step.input("window_label")
    logits = step.add("flatten", "Flatten", step.add(MODEL, f"model:{MODEL}", window))
    step.output("loss", step.add("cross_entropy", "CrossEntropyLoss", logits, label))
    step.output("accuracy", step.add("accuracy", "Accuracy", logits, label))
    return step


def _reading() -> Drawing:
    """From a map of answers to boxes and how sure they are."""
    graph = Drawing(
        "Windows",
        "The windows of one scale as boxes of the scene, and how sure the net is of each class but background.",
        arguments=[real("scale", 1.0, low=0.01, help="By how much the scene was enlarged.")],
    )
    logits = graph.input("logits")
    boxes = graph.add("boxes", "WindowBoxes", logits, window=WINDOW, stride=STRIDE, scale="=scale")
    x = graph.add("softmax", "Softmax", logits, dim=1)
    x = graph.add("things", "Slice", x, dim=1, start=1)
    x = graph.add("places", "Flatten", x, start_dim=2)
    x = graph.add("scores", "Transpose", x, dim0=1, dim1=2)
    graph.output("windows", graph.add("windows", "Concatenate", boxes, x, dim=2), "Four corners' numbers, then scores")
    return graph


def _detected(step: Drawing, image: Wire) -> Wire:
    """All windows of all scales, and of those the ones that stay: the suppression's outputs."""
    seen = []
    for place, scale in enumerate(SCALES):
        x = image
        if scale != 1:
            x = step.add(f"resize{place}", "Interpolate", x, scale_factor=scale, mode="bilinear")
        x = step.add(f"logits{place}", f"model:{MODEL}", x)
        seen.append(step.add(f"windows{place}", "graph:Windows", x, scale=scale))
    windows = step.add("windows", "Concatenate", *seen, dim=1)
    corners = step.add("corners", "Slice", windows, dim=2, stop=4)
    sure = step.add("sure", "Slice", windows, dim=2, start=4)
    return step.add("kept", "NonMaximumSuppression", corners, sure, most=12, iou_threshold="=overlap", each_class=False)


def _evaluate() -> Drawing:
    step = Drawing("Evaluate", "How good the boxes of whole scenes are.", arguments=[OVERLAP])
    image, there, labels = step.input("image"), step.input("boxes"), step.input("labels")
    found = _detected(step, image)
    parts = (found["boxes"], found["scores"], found["labels"])
    step.output("precision", step.add("precision", "MeanAveragePrecision", *parts, there, labels))
    return step


def _look() -> Drawing:
    step = Drawing("Look", "Scenes with the boxes that the net is at least half sure of.", arguments=[OVERLAP])
    image = step.input("image")
    found = _detected(step, image)
    step.output("scenes", step.add("draw", "DrawBoxes", image, found["boxes"], found["scores"], threshold=0.5))
    return step

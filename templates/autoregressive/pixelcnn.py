"""PixelCNN

Paper: Pixel Recurrent Neural Networks
Authors: Aäron van den Oord, Nal Kalchbrenner and Koray Kavukcuoglu
Year: 2016
Link: https://arxiv.org/abs/1601.06759
Parameters: 446,976

An image is written like a text: pixel after pixel, row after row, each drawn by what stands above it and to its left.
The chance of a whole image is then a product of chances that are all known, so a model learns by plain classification
of pixels and can say how likely any image is. Convolutions with masks give all these answers in one pass.

The chance of an image is `p(x) = Π p(xᵢ | x₁, …, xᵢ₋₁)`. A mask sets a kernel's weights to zero where they would meet
the pixel itself or a later one: kind A, in the first layer `input`, hides the place itself; kind B, in all others,
shows it, for there it holds no longer the pixel but what is known before it. With three `colours`, green sees the red
of its own pixel and blue sees both. After `input` come `blocks` residual blocks: from `2 · width` maps down to `width`,
a 3×3 masked convolution, and up again. Two layers of 1×1 with `hidden` maps lead to a softmax over `levels` values,
not one number with a spread: what is likely need not lie in one heap.

To draw an image (`NextPixel`, scanned over all places) takes a pass for each number in it. In `Complete` the lower half
is drawn to a given upper one; that the old one is not hidden changes nothing, since nothing looks ahead. Masks of 3×3
never reach some pixels above to the right; Gated PixelCNN mended this with two stacks. PixelCNN++ gave mixtures of
logistics for the softmax, WaveNet took the idea to sound, and transformers wrote images in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import (
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document
from templates.autoregressive._pixels import (
    COLOURS,
    LEVELS,
    PIXEL_FRAMES,
    SAID,
    SIZE,
    pixel_evaluations,
    pixel_previews,
    pixel_steps,
)

NAME = "pixelcnn"

WIDTH = whole("width", 64, low=1, help="Maps inside a residual block; between blocks there are twice as many.")
BLOCKS = whole("blocks", 7, low=1, help="Residual blocks, one after the other.")
HIDDEN = whole("hidden", 128, low=1, help="Maps of the two layers before the softmax.")
_OWN = (LEVELS, COLOURS, WIDTH, BLOCKS, HIDDEN)


def pixelcnn() -> Document:
    return document(
        __doc__,
        _pixelcnn(),
        _residual(),
        *pixel_steps(_scores),
        arguments=[SIZE, *_OWN],
        models=[
            Model(
                name=NAME,
                graph="PixelCNN",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"image": InputType(("B", "=colours", "=size", "=size"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Seven residual blocks with 128 maps between them, for grey images of 28×28."),
            Preset(
                name="quick",
                summary="Narrower, with three blocks, on the bundled digits: 8×8 pixels of 17 greys.",
                arguments={"size": 8, "levels": 17, "width": 24, "blocks": 3, "hidden": 48},
                recipe={
                    "batch_size": 32,
                    "stages.train.steps": 1200,
                    "stages.train.learn.optimiser.lr": 3e-3,
                    "evaluations.validation.every": 300,
                    "previews.samples.every": 300,
                    "previews.completed.every": 300,
                },
                goal=Goal(
                    evaluation="test",
                    metric="bits",
                    at_most=1.91,
                    baseline="1.97 by a forest of random trees for each place, 2.07 by lines through all pixels before",
                    ruin="2.54 where no pixel sees another",
                ),
            ),
            Preset(
                name="cifar",
                summary="The paper's net for photographs of 32×32 in colour: fifteen blocks, 256 maps between them.",
                arguments={"size": 32, "colours": 3, "width": 128, "blocks": 15, "hidden": 1024},
                data=DataSource("ImageFolder", {"size": "=size", "channels": "=colours"}),
            ),
        ],
        layout={"PixelCNN": GraphLayout(frames=_FRAMES), **PIXEL_FRAMES},
    )


_FRAMES = (
    Frame(title="Hides the pixel itself", nodes=("input",)),
    Frame(title="A softmax for each number", nodes=("bend1", "out1", "bend2", "out2", "bend3", "head")),
)


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        arguments=SAID,
        optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 100}),
    )
    return Recipe(
        data=DataSource("Digits", {"size": "=size", "channels": "=colours"}),
        stages=(Stage(name="train", steps=50_000, phases=(learn,)),),
        evaluations=pixel_evaluations(every=2000),
        previews=pixel_previews(every=2000),
        batch_size=16,
    )


def _scores(step: Drawing, image: Wire, _: Sequence[Wire]) -> Wire:
    logits = step.add(NAME, f"model:{NAME}", image)
    return step.add("colours", "Unflatten", logits, dim=1, unflattened_size="=(levels, colours)")


def _masked(graph: Drawing, name: str, x: Wire, channels: str, kernel: int = 1, mask: str = "B") -> Wire:
    """A masked convolution that keeps the size of the maps."""
    return graph.add(
        name, "MaskedConv2d", x, out_channels=channels, kernel_size=kernel, padding=kernel // 2, mask_type=mask,
        colours="=colours", interleaved=True,
    )  # fmt: skip


def _pixelcnn() -> Drawing:
    graph = Drawing(
        "PixelCNN",
        "Scores of every level of every pixel, each by the pixels before it.",
        arguments=_OWN,
    )
    x = _masked(graph, "input", graph.input("image", "From 0 to 1"), "=width * 2", 7, "A")
    x = graph.add("blocks", "graph:Residual", x, width="=width", colours="=colours", repeat="=blocks")
    for number in (1, 2):
        x = _masked(graph, f"out{number}", graph.add(f"bend{number}", "ReLU", x), "=hidden")
    x = _masked(graph, "head", graph.add("bend3", "ReLU", x), "=levels * colours")
    graph.output("logits", x, "Channels: the first level of each colour, then the second of each, and so on")
    return graph


def _residual() -> Drawing:
    graph = Drawing(
        "Residual", "Down to half the maps, a look around, up again, and added.", arguments=[WIDTH, COLOURS]
    )
    x = graph.input("x")
    y = _masked(graph, "down", graph.add("bend1", "ReLU", x), "=width")
    y = _masked(graph, "look", graph.add("bend2", "ReLU", y), "=width", 3)
    y = _masked(graph, "up", graph.add("bend3", "ReLU", y), "=width * 2")
    graph.output("output", graph.add("add", "Add", x, y))
    return graph

"""Gated PixelCNN

Paper: Conditional Image Generation with PixelCNN Decoders
Authors: Aäron van den Oord, Nal Kalchbrenner, Oriol Vinyals, Lasse Espeholt, Alex Graves and Koray Kavukcuoglu
Year: 2016
Link: https://arxiv.org/abs/1606.05328
Parameters: 438,526

PixelCNN draws an image pixel by pixel, but its masked squares leave a blind spot: some pixels above to the right are
never seen. Two stacks mend that. A vertical one sees all rows above, a horizontal one sees its own row to the left and
is told at each layer what the vertical one knows; and each may be told from outside what image is wanted.

In a `GatedBlock` the vertical convolution spans `kernel_size // 2 + 1` rows and the horizontal one `1 × kernel_size`,
masked. Both give twice as many maps as go on: `y = tanh(W_f * x + V_f h) · σ(W_g * x + V_g h)`, where `h` is the label
and `V` an embedding of it, the same at all places. The bend of PixelCNN's layers becomes a gate, as in an LSTM. What
the vertical stack gives is handed over a row late (`above`), since its own output at a row has seen the whole of it;
nothing flows back. Horizontal outputs are added to their input, and to `skip`, from which 1×1 convolutions make the
scores of `levels` values for each of `colours`.

Sizes and names are those of anordertoreclaim/PixelCNN, down to its additions to the paper: `v_fc` beside the vertical
convolution, its sum with what came in, and a label's vector before the end. In one place it is left: there `h_fc` of
the first block is masked by kind A, too, which hides the row from red altogether; here it is of kind B, as in the
paper. This decoder was later put behind encoders: PixelVAE, and VQ-VAE, whose codes it draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    PIXEL_FRAMES,
    SAID,
    SIZE,
    pixel_evaluations,
    pixel_previews,
    pixel_steps,
)

NAME = "gated_pixelcnn"

LEVELS = whole("levels", 2, low=2, help="Different values that a colour of a pixel can have.")
COLOURS = whole("colours", 3, low=1, help="Numbers that make a pixel: 1 for grey, 3 for red, green and blue.")
MAPS = whole("maps", 30, low=1, help="Maps that go on from block to block in either stack.")
BLOCKS = whole("blocks", 6, low=1, help="Gated blocks after the first.")
KERNEL = whole("kernel_size", 7, low=1, help="Pixels in a row that each convolution sees; odd.")
HIDDEN = whole("hidden", 10, low=1, help="Maps before the scores.")
LABELS = whole("labels", 10, low=1, help="Different things that an image can be of.")
_BLOCK = (MAPS, KERNEL, COLOURS, LABELS)
_OWN = (LEVELS, BLOCKS, HIDDEN, *_BLOCK)
_GIVEN: dict[str, Any] = {argument.name: f"={argument.name}" for argument in _BLOCK}


def gated_pixelcnn() -> Document:
    return document(
        __doc__,
        _model(),
        _causal_block(),
        _gated_block(),
        _gate(),
        *pixel_steps(_scores, "label"),
        arguments=[SIZE, *_OWN],
        models=[
            Model(
                name=NAME,
                graph="GatedPixelCNN",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={
                    "image": InputType(("B", "=colours", "=size", "=size")),
                    "label": InputType(("B",), "int64"),
                },
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Six gated blocks with 30 maps, for images of 28×28 in two levels a colour."),
            Preset(
                name="quick",
                summary="Three blocks on the bundled digits, 8×8 pixels of 17 greys, which are told the digit.",
                arguments={
                    "size": 8,
                    "levels": 17,
                    "colours": 1,
                    "maps": 24,
                    "blocks": 3,
                    "kernel_size": 5,
                    "hidden": 48,
                },
                recipe={
                    "batch_size": 32,
                    "stages.train.steps": 1000,
                    "stages.train.learn.optimiser.lr": 3e-3,
                    "evaluations.validation.every": 250,
                    "previews.samples.every": 250,
                    "previews.completed.every": 250,
                },
                goal=Goal(
                    evaluation="test",
                    metric="bits",
                    at_most=1.8,
                    baseline="1.91 by a forest of random trees for each place that is told the digit, 1.97 by lines",
                    ruin="2.11 where rows do not hear of those above",
                ),
            ),
        ],
        layout={
            "GatedBlock": GraphLayout(frames=_FRAMES),
            **PIXEL_FRAMES,
        },
    )


_FRAMES = (
    Frame(
        title="Vertical stack: rows above",
        nodes=("rows", "v_conv", "here", "v_fc", "v_sum", "v_told", "v_gate", "v_out"),
    ),
    Frame(
        title="Horizontal stack: the row so far",
        nodes=("h_conv", "v_to_h", "h_sum", "h_told", "h_gate", "h_fc", "h_out"),
    ),
)


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        arguments=SAID,
        optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 100}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("Digits", {"size": "=size", "channels": "=colours"}),
        stages=(Stage(name="train", steps=50_000, phases=(learn,)),),
        evaluations=pixel_evaluations(every=2000),
        previews=pixel_previews(every=2000),
        batch_size=32,
    )


def _scores(step: Drawing, image: Wire, given: Sequence[Wire]) -> Wire:
    return step.add(NAME, f"model:{NAME}", image, *given)


def _masked(graph: Drawing, name: str, x: Wire, channels: str, mask: str = "B", *, row: bool = False) -> Wire:
    """A masked convolution of single pixels, or of a ``row``."""
    more = (
        {"kernel_size": "=(1, kernel_size)", "padding": "=(0, kernel_size // 2)"}
        if row
        else {"kernel_size": 1, "padding": 0}
    )
    return graph.add(
        name, "MaskedConv2d", x, out_channels=channels, mask_type=mask, colours="=colours", interleaved=True, **more
    )


def _model() -> Drawing:
    graph = Drawing(
        "GatedPixelCNN",
        "Scores of every level of every pixel, by the pixels before it and by what the image is of.",
        arguments=_OWN,
    )
    image, label = graph.input("image", "From 0 to 1"), graph.input("label", "What it is of")
    begun = graph.add(
        "causal_conv", "graph:CausalBlock", image, maps="=maps", kernel_size="=kernel_size", colours="=colours"
    )
    nothing = graph.add("nothing", "ZerosLike", begun["horizontal"])
    told = graph.add(
        "hidden_conv", "graph:GatedBlock", begun, begun["horizontal"], nothing, label, repeat="=blocks",
        **_GIVEN,
    )  # fmt: skip
    about = _embedded(graph, label, "=maps")
    x = graph.add("bend1", "ReLU", graph.add("told", "Add", told["skip"], about))
    x = graph.add("bend2", "ReLU", _masked(graph, "out_hidden_conv", x, "=hidden"))
    x = _masked(graph, "out_conv", x, "=levels * colours")
    x = graph.add("apart", "Unflatten", x, dim=1, unflattened_size="=(levels, colours)")
    graph.output("logits", x)
    return graph


def _embedded(graph: Drawing, label: Wire, size: str) -> Wire:
    """A vector for the label, the same at all places."""
    vector = graph.add("label_embedding", "Embedding", label, num_embeddings="=labels", embedding_dim=size)
    return graph.add("everywhere", "Unflatten", vector, dim=1, unflattened_size=(-1, 1, 1))


def _vertical(graph: Drawing, x: Wire) -> tuple[Wire, Wire]:
    """What the vertical convolution makes of each row and those above it, and the same a row late."""
    rows = graph.add("rows", "ZeroPad2d", x, padding="=(0, 0, kernel_size // 2 + 1, 0)")
    both = graph.add(
        "v_conv", "Conv2d", rows, out_channels="=maps * 2", kernel_size="=(kernel_size // 2 + 1, kernel_size)",
        padding="=(0, kernel_size // 2)",
    )  # fmt: skip
    here = graph.add("here", "Slice", both, dim=2, start=1)
    fc = graph.add("v_fc", "Conv2d", x, out_channels="=maps * 2", kernel_size=1, padding=0)
    return graph.add("v_sum", "Add", here, fc), graph.add("above", "Slice", both, dim=2, stop=-1)


def _gated(graph: Drawing, name: str, x: Wire) -> Wire:
    return graph.add(name, "graph:Gate", x)


def _causal_block() -> Drawing:
    graph = Drawing(
        "CausalBlock", "The first block: it sees the image, and hides each pixel from itself.",
        arguments=[MAPS, KERNEL, COLOURS],
    )  # fmt: skip
    image = graph.input("image")
    told, above = _vertical(graph, image)
    graph.output("vertical", _gated(graph, "v_gate", told))
    row = _masked(graph, "h_conv", image, "=maps * 2", "A", row=True)
    above = graph.add("v_to_h", "Conv2d", above, out_channels="=maps * 2", kernel_size=1, padding=0)
    y = _gated(graph, "h_gate", graph.add("h_sum", "Add", row, above))
    graph.output("horizontal", _masked(graph, "h_fc", y, "=maps"))
    return graph


def _gated_block() -> Drawing:
    graph = Drawing("GatedBlock", "Both stacks see one step farther.", arguments=_BLOCK)
    vertical, horizontal = graph.input("vertical"), graph.input("horizontal")
    skip, label = graph.input("skip", "What the blocks before have said"), graph.input("label")
    about = _embedded(graph, label, "=maps * 2")
    told, above = _vertical(graph, vertical)
    y = _gated(graph, "v_gate", graph.add("v_told", "Add", told, about))
    row = _masked(graph, "h_conv", horizontal, "=maps * 2", row=True)
    above = _masked(graph, "v_to_h", above, "=maps * 2")
    z = _gated(graph, "h_gate", graph.add("h_told", "Add", graph.add("h_sum", "Add", row, above), about))
    graph.output("vertical", graph.add("v_out", "Add", y, vertical))
    said = _masked(graph, "h_fc", z, "=maps")
    graph.output("horizontal", graph.add("h_out", "Add", said, horizontal))
    graph.output("skip", graph.add("total", "Add", skip, _masked(graph, "h_skip", z, "=maps")))
    return graph


def _gate() -> Drawing:
    graph = Drawing("Gate", "One half says what, the other how much of it passes.")
    halves = graph.add("halves", "Chunk", graph.input("x"), chunks=2, dim=1, names="what, how")
    what = graph.add("tanh", "Tanh", halves["what"])
    graph.output("output", graph.add("gated", "Multiply", what, graph.add("sigmoid", "Sigmoid", halves["how"])))
    return graph

"""WaveNet

Paper: WaveNet: A Generative Model for Raw Audio
Authors: Aäron van den Oord, Sander Dieleman, Heiga Zen, Karen Simonyan, Oriol Vinyals, Alex Graves and others
Year: 2016
Link: https://arxiv.org/abs/1609.03499
Parameters: 672,256

Sound is written sample after sample, each drawn by thousands before it. Convolutions that look back only, each with
twice the gap of the one before, reach so far with few layers: ten of them with gaps 1, 2, 4, …, 512 see 1024 samples.
In training all samples of a recording are known, so one pass asks for the next one everywhere at once.

A `Stack` holds `layers` layers with gaps `2 ** i`; `stacks` of them follow one another, and the last sample is told by
`stacks · (2 ** layers - 1) · (kernel_size - 1) + 1` before it, here 4093. Each layer computes
`z = tanh(W_f * x) · σ(W_g * x)`: what to say, and a gate that decides how much of it passes. One 1×1 convolution of `z`
is added to `x` and goes on, another is added to `skip`, the sum that all layers write to and from which two more 1×1
convolutions make the answer. That is a softmax over `classes` steps of loudness, which the µ-law makes finer where it
is quiet: `sign(x) · ln(1 + µ|x|) / ln(1 + µ)`, cut into 256 with `µ = 255`.

Sizes are those of vincentherrmann/pytorch-wavenet, without biases but in the last two layers; the last layer's way on
(`residual_conv`) leads nowhere, as there. The preset r9y9 has the sizes of r9y9/wavenet_vocoder: kernels of three,
weights by length and direction, dropout, and `x` scaled by √½ at each layer so that it does not grow. `Continue` calls
the model on the whole window for each new sample; keeping what the layers have worked out gives the same, faster.
Conditions on speaker or text are left out. Parallel WaveNet made all samples at once, WaveRNN and WaveGlow followed.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    Case,
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
    Scan,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, flag, real, use, whole
from templates._template import document

NAME = "wavenet"

CLASSES = whole("classes", 256, low=2, help="Steps of loudness between which a sample is classified.")
STACKS = whole("stacks", 4, low=1, help="How often the gaps begin again at 1.")
LAYERS = whole("layers", 10, low=1, help="Layers of a stack; each has twice the gap of the one before.")
RESIDUAL = whole("residual", 32, low=1, help="Channels of what goes on from layer to layer.")
FILTERS = whole("filters", 32, low=1, help="Channels of a layer's filter, and of its gate.")
SKIP = whole("skip_channels", 256, low=1, help="Channels of the sum that all layers write to.")
END = whole("end_channels", 256, low=1, help="Channels of the layer before the last.")
KERNEL = whole("kernel_size", 2, low=2, help="Samples that each convolution sees.")
BIAS = flag("bias", False, help="Whether all convolutions have biases, or the last two alone.")
NORMED = flag("weight_norm", False, help="Whether weights are learnt as lengths and directions.")
SHRINK = real("residual_scale", 1.0, low=0, help="What the sum of a layer and its input is multiplied by.")
DROPOUT = real("dropout", 0.0, low=0, high=0.9, help="Share of numbers silenced before each layer in training.")
LENGTH = whole("length", 8192, low=4, help="Samples of a piece of sound.")
AHEAD = whole("ahead", 160, low=1, help="Samples that the preview writes.")

_LAYER = (RESIDUAL, FILTERS, SKIP, KERNEL, BIAS, NORMED, SHRINK, DROPOUT)
_OWN = (CLASSES, STACKS, LAYERS, END, *_LAYER)
_GIVEN: dict[str, Any] = {argument.name: f"={argument.name}" for argument in _LAYER}


def wavenet() -> Document:
    return document(
        __doc__,
        _wavenet(),
        _stack(),
        _layer(),
        *_steps(),
        arguments=[*_OWN, LENGTH, AHEAD],
        models=[
            Model(
                name=NAME,
                graph="WaveNet",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"sound": InputType(("B", "=classes", "L"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Four stacks of ten layers with 32 channels, which see 4093 samples."),
            _quick(),
            Preset(
                name="r9y9",
                summary="r9y9/wavenet_vocoder's: four stacks of six layers with 512 channels and kernels of three.",
                arguments={
                    "layers": 6,
                    "residual": 512,
                    "filters": 256,
                    "kernel_size": 3,
                    "bias": True,
                    "weight_norm": True,
                    "residual_scale": 0.5**0.5,
                    "dropout": 0.05,
                },
            ),
        ],
        layout={"Layer": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="A gated unit", nodes=("filter_conv", "gate_conv", "tanh", "sigmoid", "gated")),
    Frame(title="To the answer", nodes=("skip_conv", "told")),
    Frame(title="To the next layer", nodes=("residual_conv", "on", "shrink")),
)


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Two stacks of five layers, which hear 63 samples, on made beeps: a jump tells when the next comes.",
        arguments={
            "classes": 64,
            "stacks": 2,
            "layers": 5,
            "residual": 24,
            "filters": 24,
            "skip_channels": 48,
            "end_channels": 48,
            "length": 192,
            "ahead": 64,
        },
        recipe={
            "batch_size": 16,
            "stages.train.steps": 2500,
            "stages.train.learn.optimiser.lr": 1e-2,
            "stages.train.learn.schedule.warmup": 100,
            "evaluations.validation.every": 500,
            "previews.continued.every": 500,
        },
        goal=Goal(
            evaluation="test",
            metric="bits",
            at_most=0.65,
            baseline="0.70 by counts of where straight on and a period ago lead, 0.87 by random trees",
            ruin="0.85 with all gaps 1, which hears 11 samples",
        ),
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        arguments={"classes": "=classes"},
        optimiser=Optimiser("AdamW", {"lr": 1e-3, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 1000}),
    )
    classes = {"classes": "=classes"}
    shown = {"classes": "=classes", "length": "=length", "ahead": "=ahead"}
    return Recipe(
        data=DataSource("Beeps", {"length": "=length"}),
        stages=(Stage(name="train", steps=200_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=5000, arguments=classes),
            Evaluation(name="test", graph="Evaluate", split="test", arguments=classes),
        ),
        previews=(Preview(name="continued", graph="Continue", show="curve", count=1, every=5000, arguments=shown),),
        batch_size=8,
    )


def _conv(graph: Drawing, name: str, x: Wire, channels: str, *, causal: bool = False, **more: Any) -> Wire:
    """A convolution of single samples, or a ``causal`` one; by ``weight_norm`` its weight is length and direction."""
    block = "CausalConv1d" if causal else "Conv1d"
    arguments: dict[str, Any] = {
        "out_channels": channels,
        "kernel_size": "=kernel_size" if causal else 1,
        "bias": "=bias",
        **more,
    }
    normed = Case("=weight_norm", use(block), {**arguments, "parametrization": "weight norm"})
    return graph.add(name, block, x, cases=[normed], **arguments)


def _wavenet() -> Drawing:
    graph = Drawing(
        "WaveNet",
        "Scores of the next sample's classes at every place of a sound.",
        arguments=_OWN,
    )
    sound = graph.input("sound", "Classes of samples as vectors with a single 1")
    x = _conv(graph, "start_conv", sound, "=residual")
    nothing = graph.add("nothing", "Zeros", x, sizes="=(skip_channels, 1)")
    told = graph.add("stacks", "graph:Stack", x, nothing, layers="=layers", repeat="=stacks", **_GIVEN)
    x = graph.add("bend1", "ReLU", told["skip"])
    x = _conv(graph, "end_conv_1", x, "=end_channels", bias=True)
    x = graph.add("bend2", "ReLU", x)
    graph.output("logits", _conv(graph, "end_conv_2", x, "=classes", bias=True), "Of the sample after each place")
    return graph


def _stack() -> Drawing:
    graph = Drawing("Stack", "Layers that look back ever farther.", arguments=[LAYERS, *_LAYER])
    x, skip = graph.input("x"), graph.input("skip")
    gone = graph.add("layers", "graph:Layer", x, skip, dilation="=2 ** i", repeat="=layers", **_GIVEN)
    graph.output("x", gone)
    graph.output("skip", gone["skip"])
    return graph


def _layer() -> Drawing:
    dilation = whole("dilation", 1, low=1, help="Samples from one that is seen to the next.")
    graph = Drawing(
        "Layer", "A gated unit that writes to the answer and to the next layer.", arguments=[dilation, *_LAYER]
    )
    x, skip = graph.input("x"), graph.input("skip", "What the layers before have said")
    y = graph.add("drop", "Dropout", x, p="=dropout", enabled="=dropout > 0")
    said = _conv(graph, "filter_conv", y, "=filters", causal=True, dilation="=dilation")
    gate = _conv(graph, "gate_conv", y, "=filters", causal=True, dilation="=dilation")
    z = graph.add("gated", "Multiply", graph.add("tanh", "Tanh", said), graph.add("sigmoid", "Sigmoid", gate))
    told = graph.add("told", "Add", skip, _conv(graph, "skip_conv", z, "=skip_channels"))
    on = graph.add("on", "Add", x, _conv(graph, "residual_conv", z, "=residual"))
    graph.output("x", graph.add("shrink", "Scale", on, scale="=residual_scale", enabled="=residual_scale != 1"))
    graph.output("skip", told)
    return graph


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "At each place, how surprising the next sample was.", arguments=[CLASSES])
    logits, following = _told(train)
    loss = train.add("cross_entropy", "CrossEntropyLoss", logits, following)
    train.output("loss", loss)
    train.output("bits", train.add("bits", "Scale", loss, scale="=1 / 0.6931471805599453"))

    evaluate = Drawing("Evaluate", "Bits that each sample costs, over a whole split.", arguments=[CLASSES])
    logits, following = _told(evaluate)
    last = evaluate.add("classes_last", "MoveDim", logits, dim=1, destination=-1)
    evaluate.output("bits", evaluate.add("bits", "BitsPerCharacter", last, following))
    return train, evaluate, _continue(), _next_sample(), _vectors()


def _told(step: Drawing) -> tuple[Wire, Wire]:
    """Scores at every place but the last, and the sample that came after each."""
    heard = step.add("classes", "MuLawEncode", step.input("sound"), channels="=classes")
    known = step.add("known", "Slice", heard, dim=1, stop=-1)
    following = step.add("following", "Slice", heard, dim=1, start=1)
    return _scores(step, known), following


def _scores(step: Drawing, heard: Wire) -> Wire:
    vectors = step.add("vectors", "graph:Vectors", heard, classes="=classes")
    return step.add(NAME, f"model:{NAME}", vectors)


def _vectors() -> Drawing:
    graph = Drawing("Vectors", "Each class as a vector with a single 1, in the channels.", arguments=[CLASSES])
    ones = graph.add("ones", "OneHot", graph.input("heard"), num_classes="=classes")
    graph.output("vectors", graph.add("in_channels", "MoveDim", ones, dim=-1, destination=1))
    return graph


def _next_sample() -> Drawing:
    graph = Drawing(
        "NextSample", "One more sample, drawn by what was heard; the oldest is forgotten.", arguments=[CLASSES]
    )
    heard = graph.input("heard")
    now = graph.add("now", "Select", _scores(graph, heard), dim=2, index=-1)
    drawn = graph.add("as_one", "Unsqueeze", graph.add("drawn", "Categorical", now), dim=1)
    rest = graph.add("rest", "Slice", heard, dim=1, start=1)
    graph.output("heard", graph.add("longer", "Concatenate", rest, drawn, dim=1))
    return graph


def _continue() -> Drawing:
    look = Drawing(
        "Continue", "A sound, and how the model goes on from its first part.", arguments=[CLASSES, LENGTH, AHEAD]
    )
    heard = look.add("classes", "MuLawEncode", look.input("sound"), channels="=classes")
    begin = look.add("begin", "Slice", heard, dim=1, stop="=length - ahead")
    written = look.add("sample", "graph:NextSample", begin, scan=Scan(count="=ahead"), classes="=classes")
    real = look.add("real", "Slice", heard, dim=1, start="=ahead")
    both = look.add("both", "Concatenate", real, written, dim=0)
    look.output("sound", look.add("sound", "MuLawDecode", both, channels="=classes"))
    return look

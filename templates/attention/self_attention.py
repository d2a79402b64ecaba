"""Self-attention

Paper: Attention Is All You Need
Authors: Ashish Vaswani, Noam Shazeer, Niki Parmar, Jakob Uszkoreit, Llion Jones, Aidan N. Gomez and others
Year: 2017
Link: https://arxiv.org/abs/1706.03762
Parameters: 16,640

The one part that every Transformer is built from, opened up. Each place of a sequence asks a question, shows a key to
the questions of others and holds a value; what it gets is the mean of all values, weighted by how well their keys fit
its question. Which places belong together is not fixed by distance, as in a convolution, nor carried along, as in a
recurrent net: it is computed from what stands there.

`in_proj_weight` makes question, key and value of every place at once, `q, k, v = x Wᵀ + b`. They are split among
`heads`, each of `d = width / heads` numbers, which can look for different things. `scores = q kᵀ / √d` compares every
place with every other; without the root they would grow with `d` and the softmax would leave no gradient. `softmax`
turns each row into `weights` that sum to one, `weights v` gathers, and `out_proj` mixes what the heads found. With
`causal` the mask takes away all scores to the right of a place. The cost grows with the square of the length, since
there is a score for each pair.

Names, start and result are those of torch.nn.MultiheadAttention(64, 4); `base` has the width and heads of the paper's
smaller model. Nothing here knows the order of places, which is why Transformers add positions. FlashAttention computes
the same without writing the scores down; grouped queries let heads share keys and values.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    Initial,
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
from app.core.draw import Drawing, Wire, flag, real, whole
from templates._template import document

NAME = "self_attention"

HEADS = whole("heads", 4, low=1, help="Attention heads; they share the width.")
CAUSAL = flag("causal", False, help="Whether a place may look only at itself and what stands before it.")
DROPOUT = real("dropout", 0.0, low=0, high=0.9, help="Share of the weights silenced at each training step.")
MODEL = (HEADS, CAUSAL, DROPOUT)


def self_attention() -> Document:
    return document(
        __doc__,
        _attention(),
        _mask(),
        *_steps(),
        arguments=[
            whole("width", 64, low=1, help="Numbers that describe a place."),
            *MODEL,
            whole("length", 64, low=1, help="Places in a sequence."),
        ],
        models=[
            Model(
                name=NAME,
                graph="SelfAttention",
                arguments={argument.name: f"={argument.name}" for argument in MODEL},
                inputs={"x": InputType(("B", "T", "=width"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Four heads of 16, on sequences of 64 places."),
            _quick(),
            Preset(name="causal", summary="No place looks ahead.", arguments={"causal": True}),
            Preset(
                name="base", summary="Eight heads of 64, as in the Transformer.", arguments={"width": 512, "heads": 8}
            ),
        ],
        layout={"SelfAttention": GraphLayout(frames=_PARTS)},
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        optimiser=Optimiser("Adam", {"lr": 3e-3, "betas": (0.9, 0.98)}),
        schedule=Schedule("cosine", {"warmup": 200, "final": 0.0}),
    )
    return Recipe(
        data=DataSource("Lookup", {"width": "=width", "length": "=length"}),
        stages=(Stage(name="train", steps=10_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=500),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="weights", graph="Look", show="matrix", count=4, every=500),),
        batch_size=64,
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="The same block on 16 places, each of which asks for what stands at another, by its name.",
        arguments={"length": 16},
        recipe={
            "stages.train.steps": 1200,
            "evaluations.validation.every": 200,
            "previews.weights.every": 200,
        },
        goal=Goal(
            evaluation="test",
            metric="explained",
            at_least=0.9,
            baseline="0.01 by a linear map from all places, 0.00 from the place itself",
            ruin="0.06 at best when every place takes as much from all",
        ),
    )


_PARTS = (
    Frame(
        title="Question, key and value", nodes=("in_proj_weight", "turned", "in_proj_bias", "project", "add", "parts")
    ),
    Frame(title="Heads", nodes=("q_heads", "k_heads", "v_heads")),
    Frame(title="How well they fit", nodes=("keys", "fits", "scores", "mask", "weights", "dropout")),
    Frame(title="Gather", nodes=("gather", "merge", "out_proj")),
)
_INITIAL = (
    Initial(nodes=("in_proj_weight",), parameter="", method="xavier_uniform_"),
    Initial(nodes=("out_proj",), parameter="bias", method="zeros_"),
)


def _attention() -> Drawing:
    net = Drawing(
        "SelfAttention",
        "Every place gathers from all places what fits its question.",
        arguments=MODEL,
        initial=_INITIAL,
    )
    x = net.input("x")
    q, k, v = _projected(net, x)
    keys = net.add("keys", "Transpose", k, dim0=-2, dim1=-1)
    scores = net.add("scores", "Scale", net.add("fits", "MatMul", q, keys), scale="=(x.features // heads) ** -0.5")
    scores = net.add("mask", "graph:Mask", scores, enabled="=causal")
    weights = net.add("weights", "Softmax", scores, dim=-1)
    used = net.add("dropout", "Dropout", weights, p="=dropout")
    y = net.add("merge", "MergeHeads", net.add("gather", "MatMul", used, v))
    net.output("output", net.add("out_proj", "Linear", y, out_features="=x.features"))
    net.output("weights", weights, "How much each place takes from each other, by head")
    return net


def _mask() -> Drawing:
    graph = Drawing("Mask", "Scores of what stands to the right become minus infinity: their weights are zero.")
    scores = graph.input("scores")
    ahead = graph.add("ahead", "CausalMask", scores, true="blocked", dim=-1)
    graph.output("output", graph.add("fill", "MaskedFill", scores, ahead))
    return graph


def _projected(net: Drawing, x: Wire) -> list[Wire]:
    """Question, key and value of all places, split among the heads."""
    matrix = net.add("in_proj_weight", "Parameter", sizes="=(3 * x.features, x.features)")
    bias = net.add("in_proj_bias", "Parameter", sizes="=(3 * x.features,)")
    y = net.add("project", "MatMul", x, net.add("turned", "Transpose", matrix, dim0=0, dim1=1))
    parts = net.add("parts", "Chunk", net.add("add", "Add", y, bias), chunks=3, dim=-1, names="q, k, v")
    return [net.add(f"{name}_heads", "SplitHeads", parts[name], heads="=heads") for name in ("q", "k", "v")]


def _answered(step: Drawing) -> tuple[Wire, Wire]:
    """What each place gathered, and what it had asked for. The block gives twice as many numbers: half are free."""
    output = step.add(NAME, f"model:{NAME}", step.input("x"))
    return step.add("answer", "Chunk", output, chunks=2, dim=-1, names="content, free")["content"], step.input("target")


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "How far what each place gathered is from what it had asked for.")
    answer, target = _answered(train)
    train.output("loss", train.add("mse", "MSELoss", answer, target))

    evaluate = Drawing("Evaluate", "How much of what was asked for is explained.")
    answer, target = _answered(evaluate)
    evaluate.output("explained", evaluate.add("explained", "R2Score", answer, target))

    look = Drawing("Look", "From which place each gathers: the mean over the heads.")
    found = look.add(NAME, f"model:{NAME}", look.input("x"))
    look.output("weights", look.add("mean", "Mean", found["weights"], dim=(1,)))
    return train, evaluate, look

"""Restricted Boltzmann machine

Paper: Training Products of Experts by Minimizing Contrastive Divergence
Authors: Geoffrey E. Hinton
Year: 2002
Link: https://doi.org/10.1162/089976602760128018
Parameters: 393,284

Two layers of units that are on or off, and a matrix between them; no unit is joined with one of its own layer. Such a
net has an energy for each of its states, and visits a state the more often the lower it lies. Learning digs valleys
where the data are, and fills those in which the net would rather be by itself.

The energy is `E(v, h) = -v·vbias - h·hbias - v W h`. Given one layer the units of the other are independent, `p(h=1|v)
= σ(v W + hbias)` and `p(v=1|h) = σ(h Wᵀ + vbias)`, so that going up and down with dice (`Gibbs`) draws from the net.
The likelihood's slope is the mean of `v h` over the data minus that over the net's own states, which would take a long
walk to draw; contrastive divergence walks only `chain` steps away from the data. `Contrast` draws it as a loss,
`mean(F(data) - F(fantasy))` with the fantasy held fixed, whose slope is just that difference: `F(v) = -v·vbias - Σ
log(1 + exp(v W + hbias))` is the energy with the `hidden` units summed out. The loss itself says nothing about how
good the net is.

`Evaluate` does: nats that a test image costs, `F(v) + log Z`, where Z, the sum over all states, is estimated by
annealing (`LogPartition`; Neal, 2001): chains walk from fair coins to the machine in many small turns of its weights,
and what each turn gains is added up. Smolensky drew the net in 1986. Stacked, such machines started deep learning
(deep belief networks, 2006); as a loss with two phases, data down and samples up, it lives on in energy-based models.
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
    Scan,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document
from templates.energy_based._rbm import CHAIN, GAIN, HIDDEN, PHASES, WEIGHTS, machine, weights

NAME = "rbm"

SIZE = whole("size", 28, low=4, help="Height and width of an image.")
TURNS = whole("turns", 1000, low=1, help="Small turns in which annealing brings the weights in.")


def rbm() -> Document:
    return document(
        __doc__,
        *machine(),
        *_steps(),
        _log_partition(),
        _turn(),
        arguments=[SIZE, HIDDEN, GAIN, CHAIN],
        models=[
            Model(
                name=NAME,
                graph="RBM",
                arguments={"hidden": "=hidden", "gain": "=gain"},
                inputs={"visible": InputType(("B", "=size * size"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="784 visible and 500 hidden units, CD-1."),
            Preset(
                name="quick",
                summary="64 visible and 128 hidden units on the bundled digits, CD-1.",
                arguments={"size": 8, "hidden": 128, "gain": 0.4},
                recipe={"stages.train.steps": 3000, "stages.train.learn.optimiser.lr": 0.01},
                goal=Goal(
                    evaluation="test",
                    metric="nats",
                    at_most=17.3,
                    baseline="17.9 by the best mixture of images, 21.0 by the best tree of pixels, 25.3 by each "
                    "pixel's share",
                    ruin="without the second phase, which fills the valleys where no data are",
                ),
            ),
        ],
        layout={"Contrast": PHASES, "LogPartition": _ANNEALING, "Turn": _TURN},
    )


_ANNEALING = GraphLayout(
    frames=(
        Frame(title="From fair coins", nodes=("fair", "coins")),
        Frame(title="In small turns", nodes=("shares", "before", "after", "turn")),
        Frame(title="What the coins begin with", nodes=("units", "fair_units", "coin", "at_first")),
    )
)
_TURN = GraphLayout(
    frames=(
        Frame(title="The weights so far", nodes=tuple(f"{name}_before" for name in WEIGHTS)),
        Frame(title="A little more of them", nodes=tuple(f"{name}_after" for name in WEIGHTS)),
    )
)


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        arguments={"chain": "=chain"},
        optimiser=Optimiser("Adam", {"lr": 5e-3}),
        schedule=Schedule("cosine"),
    )
    return Recipe(
        data=DataSource("Digits", {"size": "=size"}),
        stages=(Stage(name="train", steps=10_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=2000),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="fantasies", graph="Dream", show="images", every=1000, arguments={"size": "=size"}),),
        batch_size=64,
        eval_batch_size=512,
    )


def _units(step: Drawing) -> Wire:
    """The image's pixels as units that are on or off."""
    x = step.add("flatten", "Flatten", step.input("image"))
    return step.add("units", "Step", x, threshold=0.5)


def _steps() -> tuple[Drawing, ...]:
    train = Drawing(
        "TrainStep", "Contrastive divergence, and how well one step up and down rebuilds.", arguments=[CHAIN]
    )
    visible = _units(train)
    known = train.add(NAME, f"model:{NAME}", visible)
    train.output("loss", train.add("contrast", "graph:Contrast", visible, *weights(known), chain="=chain"))
    rebuilt = train.add("down", "graph:Down", known["hidden"], known["W"], known["vbias"])
    train.output("error", train.add("error", "MSELoss", rebuilt, visible), "Not what is minimised")

    evaluate = Drawing("Evaluate", "Nats that an image costs, by free energy and an estimate of the constant.")
    visible = _units(evaluate)
    known = evaluate.add(NAME, f"model:{NAME}", visible)
    energy = evaluate.add("energy", "graph:FreeEnergy", visible, *weights(known))
    partition = evaluate.add("partition", "graph:LogPartition", visible, *weights(known))
    evaluate.output("nats", evaluate.add("nats", "MeanMetric", evaluate.add("cost", "Add", energy, partition)))
    return train, evaluate, _dream()


def _dream() -> Drawing:
    dream = Drawing("Dream", "Where fair coins get to in a thousand steps up and down.", arguments=[SIZE])
    visible = _units(dream)
    known = dream.add(NAME, f"model:{NAME}", visible)
    coins = _coins(dream, visible)
    state = dream.add("walk", "graph:Gibbs", coins, *weights(known), scan=Scan(count=1000))
    hidden = dream.add("hidden", "graph:Up", state, known["W"], known["hbias"])
    chance = dream.add("visible", "graph:Down", hidden, known["W"], known["vbias"])
    dream.output("fantasy", dream.add("fantasy", "Reshape", chance, shape="=(1, size, size)"))
    return dream


def _coins(graph: Drawing, visible: Wire) -> Wire:
    return graph.add("coins", "Bernoulli", graph.add("fair", "FullLike", visible, value=0.5))


def _log_partition() -> Drawing:
    graph = Drawing(
        "LogPartition",
        "The logarithm of the sum over all states, by annealed importance sampling: a walk for each image.",
        arguments=[TURNS],
    )
    visible = graph.input("visible", "For its size alone")
    known = tuple(graph.input(name) for name in WEIGHTS)
    shares = graph.add("shares", "Linspace", visible, start=0.0, end=1.0, steps="=turns + 1")
    before = graph.add("before", "Slice", shares, dim=0, stop=-1)
    after = graph.add("after", "Slice", shares, dim=0, start=1)
    coins = _coins(graph, visible)
    nothing = graph.add("nothing", "Zeros", visible, sizes=())
    walked = graph.add(
        "turn",
        "graph:Turn",
        wired={
            "visible": coins,
            "gain": nothing,
            "before": before,
            "after": after,
            **dict(zip(WEIGHTS, known, strict=True)),
        },
        scan=Scan(sliced=("before", "after"), dim=0),
    )
    total = graph.add("total", "LogSumExp", walked["gain"], dim=(0,))
    walks = graph.add("walks", "LogSumExp", nothing, dim=(0,))
    mean = graph.add("mean", "Subtract", total, walks)
    units = graph.add("units", "Concatenate", known[1], known[2], dim=0)
    coin = graph.add("coin", "Softplus", graph.add("fair_units", "ZerosLike", units))
    at_first = graph.add("at_first", "Sum", coin, dim=(0,))
    graph.output("log_partition", graph.add("in_all", "Add", mean, at_first))
    return graph


def _turn() -> Drawing:
    graph = Drawing("Turn", "A little more of the weights: what it gains, and a step of sampling.")
    visible, gain = graph.input("visible", "Where the walks are"), graph.input("gain", "What they gained so far")
    before, after = graph.input("before", "Share of the weights till now"), graph.input("after", "And from now on")
    known = tuple(graph.input(name) for name in WEIGHTS)
    less = [graph.add(f"{name}_before", "Multiply", wire, before) for name, wire in zip(WEIGHTS, known, strict=True)]
    more = [graph.add(f"{name}_after", "Multiply", wire, after) for name, wire in zip(WEIGHTS, known, strict=True)]
    high = graph.add("high", "graph:FreeEnergy", visible, *less)
    low = graph.add("low", "graph:FreeEnergy", visible, *more)
    graph.output("gain", graph.add("sum", "Add", gain, graph.add("won", "Subtract", high, low)))
    graph.output("visible", graph.add("step", "graph:Gibbs", visible, *more))
    return graph

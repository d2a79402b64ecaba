"""Recurrent net: many to one

Paper: The Unreasonable Effectiveness of Recurrent Neural Networks
Authors: Andrej Karpathy
Year: 2015
Link: https://karpathy.github.io/2015/05/21/rnn-effectiveness/
Parameters: 5,386

A sequence comes in and one answer is wanted: the mood of a review, the word that was spoken, the digit whose rows have
passed by. A recurrent net reads on and on with the same weights and keeps its state to itself; only the last state is
asked. All that the answer needs must have been carried there, and anything that came at an odd moment is still itself.

The state becomes `h = tanh(W x + U h + b)` for each of the `features` that come at a moment; after the last one the
logits are `V h + c`, one for each of the `classes`. The loss looks at the end alone, so its error has to find the way
back through every step: where it came from is what `U` learns. With `cell` it is a GRU or an LSTM, whose gates let the
state pass moments in which nothing is seen.

Here a digit's eight rows of pixels come one after the other, and in the quick preset at moments of chance: a net that
gives each moment its own weights sees another picture each time. A vector of the last state became the sentence of
sequence-to-sequence models; attention then asked all states, and pooling over them took the last one's place.
"""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import (
    Case,
    DataSource,
    Document,
    Goal,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
    Recipe,
    Schedule,
)
from app.core.draw import Drawing, choice, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

NAME = "rnn_many_to_one"

FEATURES = whole("features", 8, low=1, help="Numbers that come at each moment: the pixels of a row.")
HIDDEN = whole("hidden", 64, low=1, help="Size of the state.")
CLASSES = whole("classes", 10, low=2, help="How many classes there are to tell apart.")
CELL = choice("cell", "rnn", "rnn", "gru", "lstm", help="How the state is made anew at each step.")
_OWN = (HIDDEN, CLASSES, CELL)


def rnn_many_to_one() -> Document:
    return document(
        __doc__,
        _many_to_one(),
        *classifier_steps(NAME, field="rows"),
        arguments=[FEATURES, *_OWN, whole("steps", 8, low=8, help="Moments; at eight of them a row is seen.")],
        models=[
            Model(
                name=NAME,
                graph="ManyToOne",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"rows": InputType(("B", "T", "=features"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Eight rows of eight pixels and a state of 64 numbers."),
            Preset(
                name="quick",
                summary="The same net, which waits for rows that come at moments of chance.",
                arguments={"steps": 32, "hidden": 128},
                recipe={"stages.train.steps": 3000},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.87,
                    baseline="0.76 by logistic regression, 0.52 by the nearest of a hundred drawings of each digit",
                    ruin="0.19 by the last moment alone",
                ),
            ),
            Preset(name="gru", summary="With gated recurrent units.", arguments={"cell": "gru"}),
            Preset(name="lstm", summary="With a long short-term memory.", arguments={"cell": "lstm"}),
        ],
    )


def _recipe() -> Recipe:
    """That of every classifier, with the gradient's norm clipped, as it must be where steps repeat."""
    recipe = classifier_recipe(
        NAME,
        DataSource("DigitRows", {"steps": "=steps"}),
        steps=3000,
        batch_size=64,
        optimiser=Optimiser("AdamW", {"lr": 2e-3, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 100}),
        every=250,
    )
    (stage,) = recipe.stages
    phases = tuple(replace(phase, clip_norm=1.0) for phase in stage.phases)
    return replace(recipe, stages=(replace(stage, phases=phases),))


_INITIAL = (Initial(nodes=("rnn",), parameter="weight_hh_l0", method="orthogonal_"),)


def _many_to_one() -> Drawing:
    graph = Drawing("ManyToOne", "Read all, and answer by the last state.", arguments=_OWN, initial=_INITIAL)
    x = graph.input("rows", "What comes, moment by moment")
    cells = [Case(f"=cell == '{name.lower()}'", use(name), {"hidden_size": "=hidden"}) for name in ("GRU", "LSTM")]
    x = graph.add("rnn", "RNN", x, hidden_size="=hidden", cases=cells)
    x = graph.add("last", "Select", x, dim=1, index=-1)
    graph.output("logits", graph.add("head", "Linear", x, out_features="=classes"))
    return graph

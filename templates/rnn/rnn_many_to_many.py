"""Recurrent net: many to many

Paper: The Unreasonable Effectiveness of Recurrent Neural Networks
Authors: Andrej Karpathy
Year: 2015
Link: https://karpathy.github.io/2015/05/21/rnn-effectiveness/
Parameters: 5,410

At each step something comes in and something is to be told at once: a label for each frame of a film, a tag for each
word, the sum so far. The net answers from its state, which has seen all that came before and nothing of what follows.
Since the weights are the same at every step, what was learnt on short sequences can be used on long ones.

The state becomes `h = tanh(W x + U h + b)`, with `x` the embedding of the newest token, and the logits at that step are
`V h + c`: one answer for each token, and a loss at each of them. That loss at every step matters: a running sum over
`length` digits is nearly impossible to learn from the last one alone, while the first steps are easy and teach the
rule by which the later ones go.

The task is the running parity, modulo `vocabulary`: Elman's own question of the exclusive or, without an end. It is
the plainest thing that a finite memory can do and that no window over the input can, however wide. Where answers
should begin only after all has been heard, one net reads and a second one writes: sequence to sequence, which is a
template of its own. Where later words decide, a second net reads backwards.
"""

from __future__ import annotations

from app.core.document import DataSource, Document, Goal, InputType, Model, Preset
from app.core.draw import Drawing, whole
from templates._template import document
from templates.rnn._tagging import tagging_recipe, tagging_steps

NAME = "rnn_many_to_many"

VOCABULARY = whole("vocabulary", 2, low=2, high=10, help="Different digits; sums are taken modulo their number.")
EMBEDDING = whole("embedding", 16, low=1, help="Numbers that describe a digit.")
HIDDEN = whole("hidden", 64, low=1, help="Size of the state.")
_OWN = (VOCABULARY, EMBEDDING, HIDDEN)


def rnn_many_to_many() -> Document:
    return document(
        __doc__,
        _many_to_many(),
        *tagging_steps(NAME),
        arguments=[*_OWN, whole("length", 32, low=1, help="Digits of a training sequence.")],
        models=[
            Model(
                name=NAME,
                graph="ManyToMany",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"tokens": InputType(("B", "T"), "int64")},
            )
        ],
        recipe=tagging_recipe(
            NAME,
            DataSource("RunningSums", {"modulus": "=vocabulary", "length": "=length"}),
            {"tags": "targets"},
            lr=3e-3,
        ),
        presets=[
            Preset(name="paper", summary="Parity of 32 bits, by a state of 64 numbers."),
            Preset(
                name="quick",
                summary="Sums modulo three of 24 digits; the test goes on for 96.",
                arguments={"vocabulary": 3, "length": 24},
                data=DataSource("RunningSums", {"modulus": "=vocabulary", "length": "=length", "test_length": 96}),
                recipe={"stages.train.steps": 1000},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.95,
                    baseline="0.37 by counts of the last seven digits",
                    ruin="0.34 without memory",
                ),
            ),
        ],
    )


def _many_to_many() -> Drawing:
    graph = Drawing("ManyToMany", "An answer at each step, by all that came before.", arguments=_OWN)
    x = graph.input("tokens")
    x = graph.add("embedding", "Embedding", x, num_embeddings="=vocabulary", embedding_dim="=embedding")
    x = graph.add("rnn", "RNN", x, hidden_size="=hidden")
    graph.output("logits", graph.add("head", "Linear", x, out_features="=vocabulary"))
    return graph

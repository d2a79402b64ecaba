"""Recurrent net (Elman)

Paper: Finding Structure in Time
Authors: Jeffrey L. Elman
Year: 1990
Link: https://doi.org/10.1207/s15516709cog1402_1
Parameters: 37,377

How should a net be told what came before? Elman did not lay a sequence out in space, with a place for each moment, but
let the net see its own last state beside the next input. Time then is nothing that is given: whatever of the past helps
to foretell the next character, the net has to learn to keep in its state, and the same weights do so at every step.

At each step `h = tanh(W x + U h + b)` and the logits are `V h + c`: `x` describes a character by `embedding` numbers,
the state `h` has `hidden` of them. Unrolled, it is a deep net with one layer for each character, all of them sharing
`W` and `U`, and the error flows back through all of them (Elman himself went back a single step). Windows of `length`
characters cut it off; its norm is clipped, because repeated multiplication by `U` can make it explode as well as fade.

With torch's second bias vector the net has 37,377 parameters; the preset `1990` draws the step with the paper's single
one and has 37,249. Fading is what the LSTM (1997) and the GRU (2014) mend with gates; orthogonal starts and rectified
units (Le, Jaitly and Hinton, 2015) mend part of it without. Linear recurrences came back with state space models.
"""

from __future__ import annotations

from app.core.document import Document, Frame, Goal, Preset
from app.core.draw import Drawing
from templates.rnn._characters import HIDDEN, character_document, on_brackets

NAME = "rnn_vanilla"


def rnn_vanilla() -> Document:
    return character_document(
        __doc__,
        NAME,
        "RNN",
        _step(),
        lr=2e-3,
        presets=[
            Preset(name="paper", summary="65 characters, as in Shakespeare's plays, and a state of 128 numbers."),
            on_brackets(
                Goal(
                    evaluation="test",
                    metric="bits",
                    at_most=2.12,
                    baseline="2.30 by counts of four neighbouring marks; who knows the rule needs 1.93",
                    ruin="2.42 without memory",
                ),
                summary="The same net on nested brackets: what must close next can have opened a while ago.",
                steps=800,
                length=64,
            ),
            Preset(
                name="1990", summary="The step drawn as it was published, with one bias.", arguments={"form": "paper"}
            ),
        ],
        frames=[Frame(title="New state", nodes=("both", "linear", "tanh"))],
    )


def _step() -> Drawing:
    step = Drawing(
        "ElmanStep", "One character: the new state is made from it and from the state before.", arguments=[HIDDEN]
    )
    both = step.add("both", "Concatenate", step.input("x", "The character"), step.input("h", "The state before"))
    h = step.add("tanh", "Tanh", step.add("linear", "Linear", both, out_features="=hidden"))
    step.output("h", h)
    step.output("output", h, "What is told about this character")
    return step

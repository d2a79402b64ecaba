"""GRU

Paper: Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation
Authors: Kyunghyun Cho, Bart van Merriënboer, Caglar Gulcehre, Dzmitry Bahdanau, Fethi Bougares and others
Year: 2014
Link: https://arxiv.org/abs/1406.1078
Parameters: 87,041

The LSTM's state can live long because it is added to and not overwritten; but it takes a second state and three gates.
The gated recurrent unit reaches the same with one state and two: an update gate says for each number how much of the
old value stays, and whatever does not stay is replaced by a candidate. A reset gate lets the candidate forget first.

At each step `r, z = sigmoid(W x + U h + b)`, the candidate is `n = tanh(W x + U (r * h) + b)`, and the state becomes
`h = z * h + (1 - z) * n`. Where `z` is 1 the state, and on the way back its error, pass unchanged. Each of the three
has `hidden * (embedding + hidden)` weights: a quarter less than an LSTM. torch multiplies by `U` first and resets then,
`tanh(W x + b + r * (U h + c))`, which lets all products with `h` be one, and keeps two bias vectors.

That form has 87,041 parameters; the preset `2014` draws the paper's step, with 86,657. `tensorflow` has the sizes of
TensorFlow's tutorial on text generation (66 characters, 256 and 1024 numbers): 4,022,850. In comparisons of the year
after (Chung et al.; Jozefowicz et al.) neither GRU nor LSTM won everywhere; minimal gated units and SRU took more away.
"""

from __future__ import annotations

from app.core.document import Document, Frame, Goal, Preset
from app.core.draw import Drawing
from templates.rnn._characters import HIDDEN, character_document, on_brackets

NAME = "gru"


def gru() -> Document:
    return character_document(
        __doc__,
        NAME,
        "GRU",
        _step(),
        lr=4e-3,
        presets=[
            Preset(name="paper", summary="65 characters, as in Shakespeare's plays, and a state of 128 numbers."),
            on_brackets(
                Goal(
                    evaluation="test",
                    metric="bits",
                    at_most=2.1,
                    baseline="2.30 by counts of four neighbouring marks; who knows the rule needs 1.90",
                    ruin="2.42 without memory",
                ),
                summary="The same net on nested brackets: what must close next can have opened long ago.",
                steps=800,
                length=128,
            ),
            Preset(
                name="2014",
                summary="The step drawn as it was published: reset before the product, and one bias.",
                arguments={"form": "paper"},
            ),
            Preset(
                name="tensorflow",
                summary="The sizes of TensorFlow's tutorial on text generation.",
                arguments={"vocabulary": 66, "embedding": 256, "hidden": 1024, "length": 100},
            ),
        ],
        frames=[
            Frame(title="Gates", nodes=("seen", "gates", "parts", "reset", "update")),
            Frame(title="Candidate", nodes=("forget", "kept", "candidate", "tanh")),
        ],
    )


def _step() -> Drawing:
    step = Drawing("GRUStep", "One character: gates say what of the state stays.", arguments=[HIDDEN])
    x, h = step.input("x", "The character"), step.input("h", "The state before")
    seen = step.add("seen", "Concatenate", x, h)
    gates = step.add("gates", "Linear", seen, out_features="=hidden * 2")
    parts = step.add("parts", "Split", gates, sizes="=(hidden, hidden)", dim=-1, names="reset, update")
    reset = step.add("reset", "Sigmoid", parts["reset"])
    update = step.add("update", "Sigmoid", parts["update"])
    kept = step.add("kept", "Concatenate", x, step.add("forget", "Multiply", h, reset))
    new = step.add("tanh", "Tanh", step.add("candidate", "Linear", kept, out_features="=hidden"))
    h = step.add("mix", "Lerp", new, h, update)
    step.output("h", h)
    step.output("output", h, "What is told about this character")
    return step

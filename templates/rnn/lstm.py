"""LSTM

Paper: Long Short-Term Memory
Authors: Sepp Hochreiter and Jürgen Schmidhuber
Year: 1997
Link: https://doi.org/10.1162/neco.1997.9.8.1735
Parameters: 111,873

A plain recurrent net multiplies its state by the same weights at every step, so what it knew and what it should have
learnt fade exponentially with time. The LSTM keeps a second state that is only *added* to, and lets learnt gates decide
what enters it, what stays and what is shown. Along that path the error comes back unchanged over hundreds of steps.

At each step `i, f, o = sigmoid(W x + U h + b)` and `g = tanh(W x + U h + b)`; the cell becomes `c = f * c + i * g` and
the state `h = o * tanh(c)`. Each of the four has `hidden * (embedding + hidden)` weights, and in torch two bias vectors
where the paper has one (with one the net has 111,361). Here it reads characters and gives, at each place, the logits of
the next one; the loss is cut off after `length` steps, and the gradient's norm is clipped, because a gate that opens
wide can still make it explode.

The forget gate `f` came in 2000 (Gers, Schmidhuber and Cummins); the GRU (2014) does with two gates. LSTMs carried
speech recognition and translation until attention, which looks back directly instead of remembering, took over.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Goal,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, whole
from templates._language import language_evaluations, language_previews, language_steps
from templates._template import document

NAME = "lstm"

VOCABULARY = whole("vocabulary", 65, low=2, help="Different characters.")
EMBEDDING = whole("embedding", 64, low=1, help="Numbers that describe a character.")
HIDDEN = whole("hidden", 128, low=1, help="Cells of a layer.")
LAYERS = whole("layers", 1, low=1, help="LSTMs, one on top of the other.")


def lstm() -> Document:
    return document(
        __doc__,
        _lm(),
        *language_steps(NAME),
        arguments=[
            VOCABULARY,
            EMBEDDING,
            HIDDEN,
            LAYERS,
            whole("length", 64, low=1, help="Characters of a training window: how far back the error goes."),
        ],
        models=[
            Model(
                name=NAME,
                graph="CharacterLSTM",
                arguments={name: f"={name}" for name in ("vocabulary", "embedding", "hidden", "layers")},
                inputs={"tokens": InputType(("B", "T"), "int64")},
            )
        ],
        recipe=Recipe(
            data=DataSource("TextFile", {"length": "=length", "vocabulary": "=vocabulary"}),
            stages=(
                Stage(
                    name="train",
                    steps=2000,
                    phases=(
                        Phase(
                            name="learn",
                            step="TrainStep",
                            models=(NAME,),
                            optimiser=Optimiser("AdamW", {"lr": 4e-3, "weight_decay": 0.01}),
                            schedule=Schedule("cosine", {"warmup": 100, "final": 0.05}),
                            clip_norm=1.0,
                        ),
                    ),
                ),
            ),
            evaluations=language_evaluations(every=250),
            previews=language_previews(every=250, context="length"),
            batch_size=32,
        ),
        presets=[
            Preset(name="paper", summary="65 characters, as in Shakespeare's plays, and 128 cells."),
            Preset(
                name="quick",
                summary="The same net on nested brackets: what must close next can have opened long ago.",
                arguments={"vocabulary": 8, "length": 128},
                data=DataSource("NestedBrackets", {"length": "=length"}),
                recipe={"stages.train.steps": 800},
                goal=Goal(
                    evaluation="test",
                    metric="bits",
                    at_most=2.1,
                    baseline="2.30 by counts of four neighbouring marks; who knows the rule needs 1.89",
                    ruin="2.42 without memory",
                ),
            ),
        ],
    )


def _lm() -> Drawing:
    graph = Drawing(
        "CharacterLSTM",
        "Characters in, and at each place the logits of the next one.",
        arguments=[VOCABULARY, EMBEDDING, HIDDEN, LAYERS],
    )
    x = graph.add(
        "embedding", "Embedding", graph.input("tokens"), num_embeddings="=vocabulary", embedding_dim="=embedding"
    )
    x = graph.add("lstm", "LSTM", x, hidden_size="=hidden", num_layers="=layers", batch_first=True)
    graph.output("logits", graph.add("head", "Linear", x, out_features="=vocabulary"))
    return graph

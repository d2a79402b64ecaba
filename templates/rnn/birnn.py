"""Bidirectional recurrent net

Paper: Bidirectional Recurrent Neural Networks
Authors: Mike Schuster and Kuldip K. Paliwal
Year: 1997
Link: https://doi.org/10.1109/78.650093
Parameters: 131,850

What a word is depends on what follows as much as on what came before, and where the whole sequence is there, nobody
need do without it. Two recurrent nets read it, one from each end, and know nothing of each other. Only at the top are
their states joined, so that every word is judged by all that lies before it and all that lies behind.

At place `t` the net that reads forwards has `f[t] = step(x[t], f[t - 1])`, the other `b[t] = step(x[t], b[t + 1])`,
each with weights of its own and `hidden` numbers; the logits of the `tags` are `V [f[t], b[t]] + c`. Were their states
to feed each other, neither could be computed first. Nothing can be told before the end is known, so that this is
for reading and not for foretelling: it could see what it is asked for.

With LSTMs it is the tagger that names entities and parts of speech (Graves and Schmidhuber, 2005; Huang, Xu and Yu,
2015), with 131,850 parameters; the preset `1997` has plain steps and sees symbols as they are, without embedding:
17,930. ELMo (2018) made representations of words in this way; BERT then let each word look at both sides in every
layer.
"""

from __future__ import annotations

from app.core.document import Case, DataSource, Document, Goal, InputType, Model, Preset
from app.core.draw import Drawing, choice, use, whole
from templates._template import document
from templates.rnn._tagging import tagging_recipe, tagging_steps

NAME = "birnn"

VOCABULARY = whole("vocabulary", 1000, low=12, help="Different words.")
EMBEDDING = whole(
    "embedding", 64, low=1, help="Numbers that describe a word; without learning, as many as there are words."
)
HIDDEN = whole("hidden", 64, low=1, help="Size of the state in each direction.")
TAGS = whole("tags", 10, low=2, help="Different tags.")
FORM = choice("form", "lstm", "lstm", "1997", help="LSTMs over embedded words, or plain steps over symbols.")
_OWN = (VOCABULARY, EMBEDDING, HIDDEN, TAGS, FORM)
PLAIN = "=form == '1997'"


def birnn() -> Document:
    return document(
        __doc__,
        _tagger(),
        *tagging_steps(NAME),
        arguments=[*_OWN, whole("length", 32, low=1, help="Words of a sequence.")],
        models=[
            Model(
                name=NAME,
                graph="BidirectionalTagger",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"tokens": InputType(("B", "T"), "int64")},
            )
        ],
        recipe=tagging_recipe(
            NAME, DataSource("BetweenMarks", {"vocabulary": "=vocabulary", "length": "=length"}), {}, lr=3e-3
        ),
        presets=[
            Preset(name="paper", summary="A tagger of 1000 words, with LSTMs of 64 cells each way."),
            Preset(
                name="quick",
                summary="The same net with fewer words; half of each tag is told by a mark still to come.",
                arguments={"vocabulary": 60, "embedding": 16, "hidden": 32},
                recipe={"stages.train.steps": 600},
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.95,
                    baseline="0.46 by logistic regression on three words to either side, 0.21 by counts",
                    ruin="0.35 where nobody reads from the end",
                ),
            ),
            Preset(
                name="1997",
                summary="Plain steps that see 64 symbols as they are, without embedding.",
                arguments={"form": "1997", "vocabulary": 64},
            ),
        ],
    )


def _tagger() -> Drawing:
    graph = Drawing("BidirectionalTagger", "Read from both ends; each word is judged by both states.", arguments=_OWN)
    x = graph.input("tokens")
    symbols = Case(PLAIN, use("OneHot"), {"num_classes": "=embedding"})
    x = graph.add(
        "embedding", "Embedding", x, num_embeddings="=vocabulary", embedding_dim="=embedding", cases=[symbols]
    )
    plain = Case(PLAIN, use("RNN"), {"hidden_size": "=hidden", "bidirectional": True})
    x = graph.add("lstm", "LSTM", x, hidden_size="=hidden", bidirectional=True, cases=[plain])
    graph.output("logits", graph.add("head", "Linear", x, out_features="=tags"))
    return graph

"""Recurrent net: one to many

Paper: The Unreasonable Effectiveness of Recurrent Neural Networks
Authors: Andrej Karpathy
Year: 2015
Link: https://karpathy.github.io/2015/05/21/rnn-effectiveness/
Parameters: 97,430

One vector comes in and a sequence of any length is wanted: a caption for an image, a tune in a given mood, the name of
a number. The vector becomes the first state, and from then on the net hears only itself: what it has just written is
its next input. It stops by writing an end mark, so that nobody has to say how long the answer is.

The first state is `h = A context + a`; each step gives `h = tanh(W x + U h + b)` and the logits `V h + c` of the next
letter, where `x` is the embedding of the one before. In training that is the right one, whatever the net would have
written (teacher forcing), so that all steps are learnt at once; `Evaluate` lets it write by itself, and a name counts
only if every letter of it is right. `context_size` numbers describe the vector, `hidden` of them the state.

Here numbers up to `999` are spelled in English, and the test asks for numbers that no training name was of: only who
has learnt how names are composed can tell. Show and Tell (Vinyals et al., 2015) wrote captions in this way from an
image; attention then let each step look at the image again. That writing goes on from own mistakes which training never
showed is answered by scheduled sampling and, later, by training on whole answers.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Goal,
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
from app.core.draw import Drawing, Wire, whole
from templates._template import document

NAME = "rnn_one_to_many"

CONTEXT = whole("context_size", 30, low=1, help="Numbers in the vector: ten for each digit.")
VOCABULARY = whole("vocabulary", 22, low=4, help="Letters, with padding, begin and end.")
EMBEDDING = whole("embedding", 64, low=1, help="Numbers that describe a letter.")
HIDDEN = whole("hidden", 256, low=1, help="Size of the state.")
LONGEST = whole("longest", 28, low=1, help="Letters that are written at most.")
PADDING, END = 0, 2
_OWN = (VOCABULARY, EMBEDDING, HIDDEN)


def rnn_one_to_many() -> Document:
    return document(
        __doc__,
        _one_to_many(),
        *_steps(),
        arguments=[CONTEXT, *_OWN, LONGEST],
        models=[
            Model(
                name=NAME,
                graph="OneToMany",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"tokens": InputType(("B", "T"), "int64"), "context": InputType(("B", "=context_size"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="A state of 256 numbers, which spells numbers up to 999."),
            Preset(
                name="quick",
                summary="The same net with half the state; the test asks for numbers that it has not met.",
                arguments={"hidden": 128, "embedding": 32},
                recipe={"stages.train.steps": 2500},
                goal=Goal(
                    evaluation="test",
                    metric="exact_match",
                    at_least=0.8,
                    baseline="0.02 by a linear map of the digits for each letter, 0.00 by the nearest number's name",
                    ruin="0.00 where each letter sees only the one before",
                ),
            ),
        ],
    )


def _recipe() -> Recipe:
    fed = {"begun": "decoder_input"}
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        feeds=fed,
        optimiser=Optimiser("AdamW", {"lr": 3e-3, "weight_decay": 0.3}),
        schedule=Schedule("cosine", {"warmup": 100}),
        clip_norm=1.0,
    )
    written = {"longest": "=longest"}
    return Recipe(
        data=DataSource("SpelledNumbers", {"digits": "=context_size // 10"}),
        stages=(Stage(name="train", steps=2000, phases=(learn,)),),
        evaluations=(
            Evaluation(
                name="validation", graph="Evaluate", split="validation", every=250, feeds=fed, arguments=written
            ),
            Evaluation(name="test", graph="Evaluate", split="test", feeds=fed, arguments=written),
        ),
        previews=(Preview(name="names", graph="Spell", show="text", count=8, every=250, feeds=fed, arguments=written),),
        batch_size=64,
    )


_INITIAL = (Initial(nodes=("rnn",), parameter="weight_hh_l0", method="orthogonal_"),)


def _one_to_many() -> Drawing:
    graph = Drawing(
        "OneToMany", "A vector as the first state, and letters from then on.", arguments=_OWN, initial=_INITIAL
    )
    tokens, context = graph.input("tokens", "What is written so far"), graph.input("context", "What it is about")
    h = graph.add("first", "Linear", context, out_features="=hidden")
    h = graph.add("h_0", "Unsqueeze", h, dim=0)
    x = graph.add("embedding", "Embedding", tokens, num_embeddings="=vocabulary", embedding_dim="=embedding")
    x = graph.add("rnn", "RNN", x, h, hidden_size="=hidden")
    graph.output("logits", graph.add("head", "Linear", x, out_features="=vocabulary"))
    return graph


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "The right letters so far go in; each next one is asked for.")
    context, begun, target = train.input("context"), train.input("begun"), train.input("target")
    logits = train.add(NAME, f"model:{NAME}", begun, context)
    train.output(
        "loss", train.add("cross_entropy", "CrossEntropyLoss", logits, target, classes="last", ignore_index=PADDING)
    )
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, target, classes="last", ignore_index=PADDING))

    evaluate = Drawing(
        "Evaluate",
        "How many names are right from the first letter to the last, when nobody helps.",
        arguments=[LONGEST],
    )
    written = _written(evaluate, evaluate.input("context"))
    target = evaluate.input("target")
    evaluate.output("exact_match", evaluate.add("exact_match", "ExactMatch", written, target, ignore_index=PADDING))

    spell = Drawing("Spell", "The names that it writes.", arguments=[LONGEST])
    spell.output("name", _written(spell, spell.input("context")))
    return train, evaluate, spell


def _written(step: Drawing, context: Wire) -> Wire:
    """From the begin mark on, each letter is the net's own."""
    begin = step.add("begin", "Narrow", step.input("begun"), dim=1, start=0, length=1)
    called = step.module(step.add(NAME, f"model:{NAME}"))
    wired = {"model": called, "tokens": begin, "given": context}
    written = step.add("write", "GreedySearch", wired=wired, count="=longest", end=END)
    return step.add("letters", "Slice", written, dim=1, start=1)

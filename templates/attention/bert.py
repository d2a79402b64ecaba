"""BERT

Paper: BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding
Authors: Jacob Devlin, Ming-Wei Chang, Kenton Lee and Kristina Toutanova
Year: 2018
Link: https://arxiv.org/abs/1810.04805
Parameters: 109,482,240

A model that says what comes next may only look back; to understand a sentence one reads both sides. So BERT is not
asked what comes next but what was *hidden*: some tokens are taken out, and all the others, left and right, tell of
them. What it learns so from plain text serves any task, with one more layer and a few minutes of tuning.

`Hide` draws it: `share` of the tokens are asked for. Of those 8 in 10 are replaced by a mark, 1 in 10 by any token and
1 in 10 left as they are, so that the model may trust no token blindly. The input is a pair of texts with `segments` 0
and 1, and the sum of three embeddings: token, place, segment. Each of `layers` layers computes
`x = LayerNorm(x + attention(x))`, then `x = LayerNorm(x + output(gelu(intermediate(x))))`, with attention
`softmax(q kᵀ / √d) v` in `heads` heads over everything that is not padding. `loss` has two parts: the cross-entropy of
the hidden tokens, whose logits are `transform(hidden) · tableᵀ + bias` with the very table of the embeddings; and
whether the second text follows the first, asked of `pooled`, what the first token gathered.

The 109,482,240 parameters are those of `bert`; the two heads, `cls`, add 624,188 (110,106,428 with them). `large` has
335,141,888 and 336,226,108. Weights start from `N(0, 0.02²)`; names are those of Hugging Face's BertModel and of the
heads of its BertForPreTraining. RoBERTa showed that the second question is not needed, ALBERT shared the layers,
ELECTRA asked every token whether it had been exchanged.
"""

from __future__ import annotations

from typing import Any

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
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document
from templates.attention._bert import (
    DROPOUT,
    INITIAL,
    LAYER,
    LAYER_LAYOUT,
    LAYERS,
    PASSED,
    WIDTH,
    body,
    epsilon,
    word_embeddings,
)
from templates.attention._masked import SHARE, asked, filled, found_out, hidden, hiding
from templates.attention._masked import vocabulary as vocabulary_of

NAME, HEADS = "bert", "cls"

VOCABULARY = vocabulary_of(30522)
CONTEXT = whole("context", 512, low=1, help="Tokens of the longest pair.")
KINDS = whole("kinds", 2, low=1, help="Kinds of pieces: first and second text.")
EPS = epsilon(1e-12)
PADDING = whole("padding", 0, low=0, help="The token that only fills up.")
MODEL = (VOCABULARY, CONTEXT, KINDS, PADDING, LAYERS, WIDTH, *LAYER, EPS)


def bert() -> Document:
    return document(
        __doc__,
        _model(),
        _embeddings(),
        word_embeddings(VOCABULARY),
        *body(EPS),
        _heads(),
        _predictions(),
        _transform(),
        *hiding(VOCABULARY),
        *_steps(),
        arguments=[*MODEL, SHARE],
        models=_models(),
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="The base model: 12 layers of 768."),
            _quick(),
            Preset(
                name="large",
                summary="24 layers of 1024.",
                arguments={"layers": 24, "width": 1024, "heads": 16, "hidden": 4096},
            ),
        ],
        layout={"Embeddings": GraphLayout(frames=_SUMMED), "Layer": LAYER_LAYOUT},
    )


def _models() -> tuple[Model, ...]:
    return (
        Model(
            name=NAME,
            graph="BertModel",
            arguments={argument.name: f"={argument.name}" for argument in MODEL},
            inputs={"tokens": InputType(("B", "T"), "int64"), "segments": InputType(("B", "T"), "int64")},
        ),
        Model(
            name=HEADS,
            graph="PreTrainingHeads",
            arguments={name: f"={name}" for name in ("vocabulary", "eps")},
            inputs={
                "hidden": InputType(("B", "T", "=width")),
                "pooled": InputType(("B", "=width")),
                "table": InputType(("=vocabulary", "=width")),
            },
        ),
    )


def _recipe() -> Recipe:
    hiding = {"vocabulary": "=vocabulary", "share": "=share"}
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME, HEADS),
        arguments=hiding,
        optimiser=Optimiser("AdamW", {"lr": 1e-4, "betas": (0.9, 0.999), "weight_decay": 0.01}),
        schedule=Schedule("linear", {"warmup": 10_000, "final": 0.0}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("TextPairs", {"length": "=context", "vocabulary": "=vocabulary"}),
        stages=(Stage(name="train", steps=1_000_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=5000, arguments=hiding),
            Evaluation(name="test", graph="Evaluate", split="test", arguments=hiding),
        ),
        previews=(Preview(name="filled", graph="Fill", show="text", count=8, every=5000, arguments=hiding),),
        batch_size=256,
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Two narrow layers on pairs of which the second closes the brackets that the first opens.",
        arguments={
            "vocabulary": 20, "context": 27, "layers": 2, "width": 64, "heads": 4, "hidden": 128, "dropout": 0.0,
        },
        data=DataSource("BracketPairs", {"low": 4, "high": 12, "swapped": 0.3}),
        recipe={
            "batch_size": 64,
            "stages.train.steps": 2000,
            "stages.train.learn.optimiser.lr": 2e-3,
            "stages.train.learn.schedule.warmup": 100,
            "evaluations.validation.every": 200,
            "previews.filled.every": 200,
        },
        goal=Goal(
            evaluation="test",
            metric="found_out",
            at_least=0.49,
            baseline="0.40 by a linear map from all tokens at their places, 0.09 by both neighbours",
            ruin="0.38 when no place sees what stands to its right",
        ),
    )  # fmt: skip


_SUMMED = (
    Frame(title="What it is", nodes=("word_embeddings",)),
    Frame(title="Where it stands", nodes=("places", "position_embeddings")),
    Frame(title="In which text", nodes=("token_type_embeddings",)),
)


def _model() -> Drawing:
    net = Drawing(
        "BertModel",
        "Embeddings, the encoder, and what the first token gathered.",
        arguments=MODEL,
        initial=INITIAL,
    )
    tokens, segments = net.input("tokens"), net.input("segments", "0 in the first text, 1 in the second")
    mask = net.add("mask", "PaddingMask", tokens, padding="=padding", for_scores=True)
    sizes: dict[str, Any] = {name: f"={name}" for name in ("vocabulary", "context", "kinds", "width", "dropout", "eps")}
    embedded = net.add("embeddings", "graph:Embeddings", tokens, segments, **sizes)
    x = net.add("encoder", "graph:Encoder", embedded["x"], mask, layers="=layers", **PASSED)
    pooled = net.add("pooler", "graph:Pooler", net.add("first", "Select", x, dim=1, index=0))
    net.output("hidden", x, "What each token gathered")
    net.output("pooled", pooled, "What the first one gathered, for questions about the whole")
    net.output("table", embedded["table"], "The embeddings of all tokens")
    return net


def _embeddings() -> Drawing:
    graph = Drawing(
        "Embeddings",
        "What a token is, where it stands and in which text: three vectors, added.",
        arguments=[VOCABULARY, CONTEXT, KINDS, WIDTH, DROPOUT, EPS],
    )
    tokens, segments = graph.input("tokens"), graph.input("segments")
    word = graph.add("word_embeddings", "graph:WordEmbeddings", tokens, vocabulary="=vocabulary", width="=width")
    kind = graph.add("token_type_embeddings", "Embedding", segments, num_embeddings="=kinds", embedding_dim="=width")
    places = graph.add("places", "Arange", tokens, dim=1)
    place = graph.add("position_embeddings", "Embedding", places, num_embeddings="=context", embedding_dim="=width")
    x = graph.add("add_place", "Add", graph.add("add_kind", "Add", word["rows"], kind), place)
    x = graph.add("dropout", "Dropout", graph.add("LayerNorm", "LayerNorm", x, eps="=eps"), p="=dropout")
    graph.output("x", x)
    graph.output("table", word["table"])
    return graph


def _heads() -> Drawing:
    net = Drawing(
        "PreTrainingHeads",
        "The two questions: which token was hidden, and whether the second text follows.",
        arguments=[VOCABULARY, EPS],
        initial=INITIAL,
    )
    hidden, pooled, table = net.input("hidden"), net.input("pooled"), net.input("table", "The embeddings of all tokens")
    sizes: dict[str, Any] = {"vocabulary": "=vocabulary", "eps": "=eps"}
    net.output("logits", net.add("predictions", "graph:Predictions", hidden, table, **sizes), "Of the tokens")
    net.output("follows", net.add("seq_relationship", "Linear", pooled, out_features=2), "Of yes and no")
    return net


def _predictions() -> Drawing:
    graph = Drawing(
        "Predictions", "Which token's embedding is most like what a place gathered.", arguments=[VOCABULARY, EPS]
    )
    x, table = graph.input("hidden"), graph.input("table")
    x = graph.add("transform", "graph:Transform", x, eps="=eps")
    x = graph.add("fits", "MatMul", x, graph.add("turned", "Transpose", table, dim0=0, dim1=1))
    graph.output("logits", graph.add("add", "Add", x, graph.add("bias", "Parameter", sizes="=(vocabulary,)")))
    return graph


def _transform() -> Drawing:
    graph = Drawing("Transform", "One more layer before the question.", arguments=[EPS])
    x = graph.add("dense", "Linear", graph.input("x"), out_features="=x.features")
    graph.output("output", graph.add("LayerNorm", "LayerNorm", graph.add("gelu", "GELU", x), eps="=eps"))
    return graph


def _questions(step: Drawing) -> tuple[Wire, Wire, Wire, Wire]:
    """Logits of tokens and of the second text, what was asked, and what the model was shown."""
    tokens, segments = step.input("tokens"), step.input("segments")
    shown, answers = hidden(step, tokens)
    found = step.add(NAME, f"model:{NAME}", shown, segments)
    heads = step.add(HEADS, f"model:{HEADS}", found["hidden"], found["pooled"], found["table"])
    return heads["logits"], heads["follows"], answers, shown


def _steps() -> tuple[Drawing, ...]:
    arguments = [VOCABULARY, SHARE]
    train = Drawing("TrainStep", "What was hidden, and whether the second text follows the first.", arguments=arguments)
    logits, follows, answers, _ = _questions(train)
    masked = asked(train, logits, answers)
    pair = train.add("pair", "CrossEntropyLoss", follows, train.input("follows"))
    train.output("loss", train.add("both", "Add", masked, pair))
    train.output("masked", masked)
    train.output("pair", pair)

    evaluate = Drawing("Evaluate", "Share of hidden tokens found out, and of pairs judged right.", arguments=arguments)
    logits, follows, answers, _ = _questions(evaluate)
    evaluate.output("found_out", found_out(evaluate, logits, answers))
    evaluate.output("pairs", evaluate.add("pairs", "Accuracy", follows, evaluate.input("follows")))

    fill = Drawing("Fill", "What the model is shown, and what it puts into the gaps.", arguments=arguments)
    logits, _, answers, shown = _questions(fill)
    fill.output("shown", shown)
    fill.output("filled", filled(fill, logits, answers, shown))
    return train, evaluate, fill

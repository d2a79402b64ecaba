"""RoBERTa

Paper: RoBERTa: A Robustly Optimized BERT Pretraining Approach
Authors: Yinhan Liu, Myle Ott, Naman Goyal, Jingfei Du, Mandar Joshi, Danqi Chen and others
Year: 2019
Link: https://arxiv.org/abs/1907.11692
Parameters: 124,645,632

The same net as BERT, trained as it should have been: ten times the text, batches of 8000, longer, and without the
question whether one text follows the other, which turned out to do harm. What is hidden is drawn anew each time a text
comes by, where BERT's texts had been prepared once with gaps in ten ways. Nothing in the layers is new, and it passed
everything that had been built in the meantime to beat BERT.

`Hide` stands in the training step, so that each batch is given fresh gaps: of `share` of the tokens 8 in 10 are hidden,
1 in 10 is exchanged, 1 in 10 left. `loss` is the cross-entropy of those alone, with logits
`layer_norm(gelu(dense(x))) · tableᵀ + bias` over the table of the embeddings. The layers are BERT's,
`x = LayerNorm(x + attention(x))` and `x = LayerNorm(x + output(gelu(intermediate(x))))`. Places are counted from
`padding + 1`, padding itself left out, which is why the table of places has 514 rows for 512 tokens; `Places` draws it.
Tokens are pieces of bytes, 50,265 of them, so that no text is unknown.

`roberta` has 124,645,632 parameters, with a pooler that no part of the training uses; preset `mlm` leaves it out and
counts, with `lm_head`, 124,697,433. `large` has 355,359,744, `large_mlm` 355,412,057. Names are those of Hugging Face's
RobertaModel and of the head of its RobertaForMaskedLM. XLM-R is the same on a hundred languages; DeBERTa told places
apart from words.
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
    Value,
)
from app.core.draw import Drawing, Wire, flag, whole
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

NAME, HEAD = "roberta", "lm_head"

VOCABULARY = vocabulary_of(50265)
PLACES = whole("places", 514, low=3, help="Rows of the table of places: two more than tokens.")
PADDING = whole("padding", 1, low=0, help="The token that only fills up.")
POOLER = flag("pooler", True, help="A layer on what the first token gathered, for tasks about a whole text.")
EPS = epsilon(1e-5)
MODEL = (VOCABULARY, PLACES, PADDING, POOLER, LAYERS, WIDTH, *LAYER, EPS)
LARGE: dict[str, Value] = {"layers": 24, "width": 1024, "heads": 16, "hidden": 4096}


def roberta() -> Document:
    return document(
        __doc__,
        _model(),
        _embeddings(),
        _places(),
        word_embeddings(VOCABULARY),
        *body(EPS),
        _head(),
        *hiding(VOCABULARY),
        *_steps(),
        arguments=[*MODEL, SHARE],
        models=_models(),
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="The base model: 12 layers of 768."),
            _quick(),
            Preset(
                name="mlm", summary="Without the pooler, which the training does not use.", arguments={"pooler": False}
            ),
            Preset(name="large", summary="24 layers of 1024.", arguments=LARGE),
            Preset(
                name="large_mlm",
                summary="24 layers of 1024, without the pooler.",
                arguments={**LARGE, "pooler": False},
            ),
        ],
        layout={"Embeddings": GraphLayout(frames=_SUMMED), "Layer": LAYER_LAYOUT},
    )


def _models() -> tuple[Model, ...]:
    return (
        Model(
            name=NAME,
            graph="RobertaModel",
            arguments={argument.name: f"={argument.name}" for argument in MODEL},
            inputs={"tokens": InputType(("B", "T"), "int64")},
        ),
        Model(
            name=HEAD,
            graph="RobertaLMHead",
            arguments={name: f"={name}" for name in ("vocabulary", "eps")},
            inputs={"hidden": InputType(("B", "T", "=width")), "table": InputType(("=vocabulary", "=width"))},
        ),
    )


def _recipe() -> Recipe:
    hiding = {"vocabulary": "=vocabulary", "share": "=share"}
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME, HEAD),
        arguments=hiding,
        optimiser=Optimiser("AdamW", {"lr": 6e-4, "betas": (0.9, 0.98), "eps": 1e-6, "weight_decay": 0.01}),
        schedule=Schedule("linear", {"warmup": 24_000, "final": 0.0}),
    )
    return Recipe(
        data=DataSource(
            "TextPairs", {"length": "=places - 2", "vocabulary": "=vocabulary", "swapped": 0.0, "padding": "=padding"}
        ),
        stages=(Stage(name="train", steps=500_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=5000, arguments=hiding),
            Evaluation(name="test", graph="Evaluate", split="test", arguments=hiding),
        ),
        previews=(Preview(name="filled", graph="Fill", show="text", count=8, every=5000, arguments=hiding),),
        batch_size=8000,
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Two narrow layers on texts whose second half closes the brackets that the first opens.",
        arguments={
            "vocabulary": 20, "places": 37, "layers": 2, "width": 64, "heads": 4, "hidden": 128, "dropout": 0.0,
        },
        data=DataSource("BracketPairs", {"low": 4, "high": 16, "swapped": 0.0, "padding": "=padding"}),
        recipe={
            "batch_size": 64,
            "stages.train.steps": 1200,
            "stages.train.learn.optimiser.lr": 2e-3,
            "stages.train.learn.schedule.warmup": 100,
            "evaluations.validation.every": 200,
            "previews.filled.every": 200,
        },
        goal=Goal(
            evaluation="test",
            metric="found_out",
            at_least=0.73,
            baseline="0.62 by a linear map from all tokens at their places, 0.10 by both neighbours",
            ruin="0.20 when no token looks at another",
        ),
    )  # fmt: skip


_SUMMED = (
    Frame(title="What it is", nodes=("word_embeddings",)),
    Frame(title="Where it stands", nodes=("places", "position_embeddings")),
    Frame(title="One kind of text", nodes=("kind", "token_type_embeddings")),
)


def _model() -> Drawing:
    net = Drawing("RobertaModel", "Embeddings and the encoder.", arguments=MODEL, initial=INITIAL)
    tokens = net.input("tokens")
    mask = net.add("mask", "PaddingMask", tokens, padding="=padding", for_scores=True)
    sizes: dict[str, Any] = {
        name: f"={name}" for name in ("vocabulary", "places", "padding", "width", "dropout", "eps")
    }
    embedded = net.add("embeddings", "graph:Embeddings", tokens, **sizes)
    x = net.add("encoder", "graph:Encoder", embedded["x"], mask, layers="=layers", **PASSED)
    first = net.add("first", "Select", x, dim=1, index=0)
    net.output("hidden", x, "What each token gathered")
    net.output("pooled", net.add("pooler", "graph:Pooler", first, enabled="=pooler"), "What the first one gathered")
    net.output("table", embedded["table"], "The embeddings of all tokens")
    return net


def _embeddings() -> Drawing:
    graph = Drawing(
        "Embeddings",
        "What a token is and where it stands; all are of one kind.",
        arguments=[VOCABULARY, PLACES, PADDING, WIDTH, DROPOUT, EPS],
    )
    tokens = graph.input("tokens")
    word = graph.add("word_embeddings", "graph:WordEmbeddings", tokens, vocabulary="=vocabulary", width="=width")
    kind = graph.add("kind", "ZerosLike", tokens)
    kind = graph.add("token_type_embeddings", "Embedding", kind, num_embeddings=1, embedding_dim="=width")
    places = graph.add("places", "graph:Places", tokens, padding="=padding")
    place = graph.add("position_embeddings", "Embedding", places, num_embeddings="=places", embedding_dim="=width")
    x = graph.add("add_place", "Add", graph.add("add_kind", "Add", word["rows"], kind), place)
    x = graph.add("dropout", "Dropout", graph.add("LayerNorm", "LayerNorm", x, eps="=eps"), p="=dropout")
    graph.output("x", x)
    graph.output("table", word["table"])
    return graph


def _places() -> Drawing:
    graph = Drawing("Places", "Tokens counted from padding + 1; padding stays where it is.", arguments=[PADDING])
    tokens = graph.input("tokens")
    is_token = graph.add("is_token", "Compare", tokens, operator="!=", value="=padding")
    count = graph.add("count", "CumulativeSum", is_token, dim=1)
    count = graph.add("only_tokens", "Multiply", count, is_token)
    graph.output("places", graph.add("shift", "AddScalar", count, value="=padding"))
    return graph


def _head() -> Drawing:
    graph = Drawing(
        "RobertaLMHead",
        "Which token's embedding is most like what a place gathered.",
        arguments=[VOCABULARY, EPS],
        initial=INITIAL,
    )
    x, table = graph.input("hidden"), graph.input("table", "The embeddings of all tokens")
    x = graph.add("dense", "Linear", x, out_features="=hidden.features")
    x = graph.add("layer_norm", "LayerNorm", graph.add("gelu", "GELU", x), eps="=eps")
    x = graph.add("fits", "MatMul", x, graph.add("turned", "Transpose", table, dim0=0, dim1=1))
    graph.output("logits", graph.add("add", "Add", x, graph.add("bias", "Parameter", sizes="=(vocabulary,)")))
    return graph


def _question(step: Drawing) -> tuple[Wire, Wire, Wire]:
    """Logits of tokens, what was asked, and what the model was shown."""
    shown, answers = hidden(step, step.input("tokens"))
    found = step.add(NAME, f"model:{NAME}", shown)
    return step.add(HEAD, f"model:{HEAD}", found["hidden"], found["table"]), answers, shown


def _steps() -> tuple[Drawing, ...]:
    arguments = [VOCABULARY, SHARE]
    train = Drawing("TrainStep", "What was hidden, in gaps that are drawn anew each time.", arguments=arguments)
    logits, answers, _ = _question(train)
    train.output("loss", asked(train, logits, answers))
    train.output("found_out", found_out(train, logits, answers))

    evaluate = Drawing("Evaluate", "Share of hidden tokens found out.", arguments=arguments)
    logits, answers, _ = _question(evaluate)
    evaluate.output("found_out", found_out(evaluate, logits, answers))

    fill = Drawing("Fill", "What the model is shown, and what it puts into the gaps.", arguments=arguments)
    logits, answers, shown = _question(fill)
    fill.output("shown", shown)
    fill.output("filled", filled(fill, logits, answers, shown))
    return train, evaluate, fill

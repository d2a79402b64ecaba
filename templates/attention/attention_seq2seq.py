"""Attention for sequence to sequence

Paper: Neural Machine Translation by Jointly Learning to Align and Translate
Authors: Dzmitry Bahdanau, Kyunghyun Cho and Yoshua Bengio
Year: 2014
Link: https://arxiv.org/abs/1409.0473
Parameters: 80,419,000

A translation need not be squeezed through one state. Here the encoder keeps a state for every word, and before the
decoder writes the next token it looks over all of them and takes the mean of those that matter just now. Where it looks
is computed and learnt along with everything else, and nobody tells it which word belongs to which: an alignment comes
out by itself. Long sentences stopped being a problem.

The `encoder` reads in both directions, so that each of its states, the `memory`, knows what stands around its word.
At each step of the decoder `score = v · tanh(W state + U memory)` compares its state with every place of the memory
(U memory, the `keys`, are the same at all steps and made once), `weights = softmax(score)` over the places that are not
padding, and `context = Σ weights memory`. `state = GRU([token, context], state)` moves on, and
`logits = W maxout(readout([state, token, context]))` name the next token. With `score = "multiplicative"` it is
Luong's: `score = state · U memory`, one matrix product. `Step` is scanned along the answer; its weights, stacked, are
the picture of who looked where.

The sizes are those of the paper's RNNsearch; the count holds torch's biases in the recurrent layers, and none
elsewhere. Weights start from `N(0, spread²)`, those of the alignment a tenth as wide, `v` and biases at zero, recurrent
weights orthogonal. Three years later the Transformer kept the attention and threw the recurrence away.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    Argument,
    Case,
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Preset,
    Preview,
    Scan,
    Schedule,
)
from app.core.draw import Drawing, Wire, choice, real, use, whole
from templates._template import document
from templates.attention._translation import LONGEST, PADDING, translation_recipe, translation_steps

NAME = "attention_seq2seq"

SOURCE = whole("source_vocabulary", 30_000, low=4, help="Different tokens of the source; 0 is padding.")
TARGET = whole("target_vocabulary", 30_000, low=4, help="Different tokens of the answer; 0 is padding.")
EMBEDDING = whole("embedding", 620, low=1, help="Numbers that describe a token.")
HIDDEN = whole("hidden", 1000, low=1, help="Size of the states of both nets, and of what is compared.")
UNITS = whole("units", 500, low=1, help="Maxout units before the logits.")
SCORE = choice("score", "additive", "additive", "multiplicative", help="How a state is compared with a place.")
SPREAD = real("spread", 0.01, low=0, help="Deviation of the first weights; a tenth of it in the alignment.")
MODEL = (SOURCE, TARGET, EMBEDDING, HIDDEN, UNITS, SCORE, SPREAD)


def attention_seq2seq() -> Document:
    return document(
        __doc__,
        _model(),
        _encoder(),
        _decoder(),
        _step(),
        _attention(),
        _additive(),
        _multiplicative(),
        *translation_steps(NAME, output="logits"),
        _look(),
        arguments=[*MODEL, LONGEST],
        models=[
            Model(
                name=NAME,
                graph="AttentionSeq2Seq",
                arguments={argument.name: f"={argument.name}" for argument in MODEL},
                inputs={"target": InputType(("B", "T"), "int64"), "source": InputType(("B", "S"), "int64")},
            )
        ],
        recipe=translation_recipe(
            NAME,
            DataSource("ReverseStrings", {"alphabet": 26, "low": 8, "high": "=longest"}),
            previews=(Preview(name="alignment", graph="Look", show="matrix", count=4, every=1000, feeds=_SO_FAR),),
            steps=250_000,
            optimiser=Optimiser("Adam", {"lr": 1e-3}),
            schedule=Schedule("constant"),
            greedy=False,
        ),
        presets=[_paper(), _quick(), _luong()],
        layout={"Step": GraphLayout(frames=_STEP), "Additive": GraphLayout(frames=_COMPARED)},
    )


_SO_FAR = {"target": "decoder_input"}
_STEP = (
    Frame(title="Where to look", nodes=("attention",)),
    Frame(title="Move on", nodes=("heard", "gru")),
    Frame(title="Name the token", nodes=("known", "readout", "maxout", "logits")),
)
_COMPARED = (Frame(title="Each place with the state", nodes=("query", "everywhere", "add", "tanh", "v", "squeeze")),)


def _paper() -> Preset:
    learn = "stages.train.learn.optimiser"
    return Preset(
        name="paper",
        summary="RNNsearch: 30,000 words of each language, states of 1000.",
        recipe={f"{learn}.name": "Adadelta", f"{learn}.lr": 1.0, f"{learn}.rho": 0.95, f"{learn}.eps": 1e-6},
    )


def _luong() -> Preset:
    return Preset(
        name="multiplicative",
        summary="Luong's score: a product instead of a small net.",
        arguments={"score": "multiplicative"},
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Small states that learn to write strings of 6 to 16 letters backwards.",
        arguments={
            "source_vocabulary": 13, "target_vocabulary": 13, "embedding": 32, "hidden": 48, "units": 32,
            "spread": 0.2, "longest": 16,
        },
        data=DataSource("ReverseStrings", {"low": 6, "high": "=longest"}),
        recipe={
            "batch_size": 64,
            "stages.train.steps": 900,
            "stages.train.learn.optimiser.lr": 5e-3,
            "stages.train.learn.schedule.name": "cosine",
            "evaluations.validation.every": 200,
            "previews.answers.every": 200,
            "previews.alignment.every": 200,
        },
        goal=Goal(
            evaluation="test",
            metric="exact_match",
            at_least=0.9,
            baseline="0.00 by a linear map from all letters to each place",
        ),
    )  # fmt: skip


def _normal(parameter: str, *nodes: str, std: str = "=spread") -> Initial:
    return Initial(nodes=nodes, parameter=parameter, method="normal_", arguments={"std": std})


def _orthogonal(parameter: str) -> Initial:
    """Of three matrices on top of each other: as large as if each were by itself."""
    return Initial(nodes=("gru",), parameter=parameter, method="orthogonal_", arguments={"gain": "=3 ** 0.5"})


def _zero(parameter: str, node: str = "gru") -> Initial:
    return Initial(nodes=(node,), parameter=parameter, method="zeros_")


_INITIAL_OF_ENCODER = (
    _normal("weight", "embedding", "start"),
    _normal("weight", "keys", std="=spread / 10"),
    *(_normal(f"weight_ih_l0{way}", "gru") for way in ("", "_reverse")),
    *(_orthogonal(f"weight_hh_l0{way}") for way in ("", "_reverse")),
    *(_zero(f"bias_{part}_l0{way}") for part in ("ih", "hh") for way in ("", "_reverse")),
)
_INITIAL_OF_STEP = (
    _normal("weight", "readout", "logits"),
    _normal("weight_ih", "gru"),
    _orthogonal("weight_hh"),
    *(_zero(f"bias_{part}") for part in ("ih", "hh")),
)
_INITIAL_OF_SCORE = (_normal("weight", "query", std="=spread / 10"), _zero("weight", "v"))


def _model() -> Drawing:
    net = Drawing(
        "AttentionSeq2Seq",
        "One net reads and keeps every state; another looks back at them while it writes.",
        arguments=MODEL,
    )
    target, source = net.input("target", "The answer so far"), net.input("source", "What is read")
    sizes: dict[str, Any] = {name: f"={name}" for name in ("embedding", "hidden", "spread")}
    read = net.add("encoder", "graph:Encoder", source, vocabulary="=source_vocabulary", **sizes)
    mask = net.add("mask", "PaddingMask", source, padding=PADDING)
    wired = {"tokens": target, "start": read["start"], "memory": read["memory"], "keys": read["keys"], "mask": mask}
    written = net.add(
        "decoder", "graph:Decoder", wired=wired, vocabulary="=target_vocabulary", units="=units", score="=score",
        **sizes,
    )  # fmt: skip
    net.output("logits", written["logits"])
    net.output("weights", written["weights"], "Where the decoder looked for each token")
    return net


def _vocabulary() -> Argument:
    return whole("vocabulary", 30_000, low=4, help="Different tokens; 0 is padding.")


def _encoder() -> Drawing:
    graph = Drawing(
        "Encoder",
        "Reads in both directions, and keeps every state.",
        arguments=[_vocabulary(), EMBEDDING, HIDDEN, SPREAD],
        initial=_INITIAL_OF_ENCODER,
    )
    x = graph.add(
        "embedding", "Embedding", graph.input("tokens"), num_embeddings="=vocabulary", embedding_dim="=embedding"
    )
    read = graph.add("gru", "GRU", x, hidden_size="=hidden", bidirectional=True)
    first = graph.add("first", "Select", read["h_n"], dim=0, index=1, note="The backward net has read all by then.")
    start = graph.add("start", "Linear", first, out_features="=hidden", bias=False)
    graph.output("memory", read["output"], "What stands around each word")
    graph.output("keys", graph.add("keys", "Linear", read["output"], out_features="=hidden", bias=False))
    graph.output("start", graph.add("tanh", "Tanh", start), "The decoder's first state")
    return graph


def _decoder() -> Drawing:
    graph = Drawing(
        "Decoder",
        "One step after the other along the answer.",
        arguments=[_vocabulary(), EMBEDDING, HIDDEN, UNITS, SCORE, SPREAD],
        initial=(_normal("weight", "embedding"),),
    )
    tokens, start = graph.input("tokens", "The answer so far"), graph.input("start")
    given = {name: graph.input(name) for name in ("memory", "keys", "mask")}
    x = graph.add("embedding", "Embedding", tokens, num_embeddings="=vocabulary", embedding_dim="=embedding")
    sizes: dict[str, Any] = {name: f"={name}" for name in ("vocabulary", "hidden", "units", "score", "spread")}
    done = graph.add(
        "step", "graph:Step", wired={"x": x, "state": start, **given}, scan=Scan(sliced=("x",), dim=1), **sizes
    )
    graph.output("logits", done["logits"])
    graph.output("weights", done["weights"])
    return graph


def _step() -> Drawing:
    graph = Drawing(
        "Step",
        "Look, move on, and name the next token.",
        arguments=[_vocabulary(), HIDDEN, UNITS, SCORE, SPREAD],
        initial=_INITIAL_OF_STEP,
    )
    x, state = graph.input("x", "The last token"), graph.input("state")
    memory, keys, mask = (graph.input(name) for name in ("memory", "keys", "mask"))
    looked = graph.add("attention", "graph:Attention", state, memory, keys, mask, score="=score", spread="=spread")
    known = graph.add("known", "Concatenate", state, x, looked["context"])
    y = graph.add("readout", "Linear", known, out_features="=units * 2", bias=False)
    y = graph.add("maxout", "Maxout", y, pieces=2)
    heard = graph.add("heard", "Concatenate", x, looked["context"])
    graph.output("state", graph.add("gru", "GRUCell", heard, state, hidden_size="=hidden"))
    graph.output("logits", graph.add("logits", "Linear", y, out_features="=vocabulary", bias=False))
    graph.output("weights", looked["weights"])
    return graph


def _attention() -> Drawing:
    graph = Drawing("Attention", "The mean of the memory, by how well each place fits.", arguments=[SCORE, SPREAD])
    state, memory = graph.input("state"), graph.input("memory")
    keys, mask = graph.input("keys"), graph.input("mask", "True where there is a word")
    other = Case("=score == 'multiplicative'", use("graph:Multiplicative"), {})
    scores = graph.add("scores", "graph:Additive", state, keys, cases=[other], spread="=spread")
    scores = graph.add("seen", "MaskedFill", scores, mask, fill="where false")
    weights = graph.add("weights", "Softmax", scores, dim=-1)
    graph.output("context", graph.add("context", "Einsum", weights, memory, equation="bs,bsf->bf"))
    graph.output("weights", weights)
    return graph


def _additive() -> Drawing:
    graph = Drawing(
        "Additive", "v · tanh(W state + keys), at each place.", arguments=[SPREAD], initial=_INITIAL_OF_SCORE
    )
    state, keys = graph.input("state"), graph.input("keys")
    query = graph.add("query", "Linear", state, out_features="=keys.features", bias=False)
    both = graph.add("add", "Add", graph.add("everywhere", "Unsqueeze", query, dim=1), keys)
    score = graph.add("v", "Linear", graph.add("tanh", "Tanh", both), out_features=1, bias=False)
    graph.output("scores", graph.add("squeeze", "Squeeze", score, dim=-1))
    return graph


def _multiplicative() -> Drawing:
    graph = Drawing("Multiplicative", "state · keys, at each place.")
    state, keys = graph.input("state"), graph.input("keys")
    graph.output("scores", graph.add("fits", "Einsum", state, keys, equation="bf,bsf->bs"))
    return graph


def _look() -> Drawing:
    look = Drawing("Look", "For each token that is written, where the decoder looked in the source.")
    found: Wire = look.add(NAME, f"model:{NAME}", look.input("target"), look.input("source"))
    look.output("weights", found["weights"])
    return look

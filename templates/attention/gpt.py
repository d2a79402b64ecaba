"""GPT

Paper: Improving Language Understanding by Generative Pre-Training
Authors: Alec Radford, Karthik Narasimhan, Tim Salimans and Ilya Sutskever
Year: 2018
Link: https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf
Parameters: 116,534,784

Labelled texts are few, plain texts are many. So a model first learns to say which token comes next, on whole books and
without any label, and is then tuned for a task with one more linear layer. What it had to find out about language in
the first part is worth more to the second than any architecture that was made for the task.

The model is the transformer's decoder without the attention to a source, because there is none: `layers` blocks, each
of which looks back and never ahead. A `Block` computes `x = ln_1(x + attn(x))`, then `x = ln_2(x + mlp(x))`: the norm
stands *after* each sum, as in the first Transformer, so what leaves a block is always normalised, and no norm is needed
before the head. Attention gives `softmax(q kᵀ / √d) v` in each of `heads` heads, `d = width / heads`, with everything
to the right of a place masked. Places are learnt vectors (`positions_embed`), not waves. `lm_head` has no weights of
its own: it is the embedding `tokens_embed` the other way round. In training, `loss` is the cross-entropy of every next
token at once; in tuning it stays as a second term beside the task's own.

All weights start from `N(0, 0.02²)`. Names are those of Hugging Face's OpenAIGPTLMHeadModel, its four Conv1D weights a
block transposed. GPT-2 moved the norms before the branches, where the sum runs through untouched and depth does no
harm, and found that with enough text the tuning can be left out: the task is told in words.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    Initial,
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
from templates.attention._gpt import DROPOUT, HEADS, LAYERS, WIDTH, attention, mlp

NAME = "gpt"

VOCABULARY = whole("vocabulary", 40478, low=2, help="Different tokens: pieces of words, or characters.")
CONTEXT = whole("context", 512, low=1, help="Tokens that are seen at once.")
ARGUMENTS = (VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS, DROPOUT)
PASSED: dict[str, Any] = {argument.name: f"={argument.name}" for argument in ARGUMENTS}


def gpt() -> Document:
    return document(
        __doc__,
        _lm(),
        _transformer(),
        _block(),
        attention(),
        mlp(),
        *language_steps(NAME),
        arguments=ARGUMENTS,
        models=[Model(name=NAME, graph="GPT", arguments=PASSED, inputs={"tokens": InputType(("B", "T"), "int64")})],
        recipe=_recipe(),
        presets=[Preset(name="paper", summary="As published: 12 blocks of 768 over 512 tokens."), _quick()],
        layout={"Transformer": GraphLayout(frames=_EMBEDDED), "Block": GraphLayout(frames=_PARTS)},
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        optimiser=Optimiser("AdamW", {"lr": 2.5e-4, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 2000, "final": 0.0}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("TextFile", {"length": "=context", "vocabulary": "=vocabulary"}),
        stages=(Stage(name="train", steps=3_000_000, phases=(learn,)),),
        evaluations=language_evaluations(every=2000),
        previews=language_previews(every=2000, context="context"),
        batch_size=64,
    )


def _quick() -> Preset:
    return Preset(
        name="quick",
        summary="Two narrow blocks on nested brackets: what must close next can have opened long ago.",
        arguments={"vocabulary": 8, "context": 48, "layers": 2, "width": 64, "heads": 4, "dropout": 0.0},
        data=DataSource("NestedBrackets", {"length": "=context", "deepest": 4, "examples": 6000}),
        recipe={
            "batch_size": 32,
            "stages.train.steps": 600,
            "stages.train.learn.optimiser.lr": 3e-3,
            "stages.train.learn.schedule.warmup": 100,
            "evaluations.validation.every": 100,
            "previews.writing.every": 100,
        },
        goal=Goal(
            evaluation="test",
            metric="bits",
            at_most=2.0,
            baseline="2.17 by counts of six neighbouring marks; who knows the rule needs 1.77",
            ruin="2.27 when no place looks at another",
        ),
    )


_INITIAL = (
    Initial(nodes=("Linear", "Embedding"), parameter="weight", method="normal_", arguments={"std": 0.02}),
    Initial(nodes=("Linear",), parameter="bias", method="zeros_"),
)
_EMBEDDED = (Frame(title="What it is, and where", nodes=("tokens_embed", "places", "positions_embed", "add", "drop")),)
_PARTS = (
    Frame(title="Look back", nodes=("attn", "add_attn", "ln_1")),
    Frame(title="Think", nodes=("mlp", "add_mlp", "ln_2")),
)


def _lm() -> Drawing:
    graph = Drawing(
        "GPT",
        "The transformer, and a head that is tied to its embedding of tokens.",
        arguments=ARGUMENTS,
        initial=_INITIAL,
    )
    x = graph.add("transformer", "graph:Transformer", graph.input("tokens"), **PASSED)
    ties = {"weight": "transformer.tokens_embed.weight"}
    graph.output("logits", graph.add("lm_head", "Linear", x, out_features="=vocabulary", bias=False, ties=ties))
    return graph


def _transformer() -> Drawing:
    graph = Drawing("Transformer", "Embeddings of tokens and places, and a tower of blocks.", arguments=ARGUMENTS)
    tokens = graph.input("tokens")
    places = graph.add("places", "Arange", tokens, dim=1)
    token = graph.add("tokens_embed", "Embedding", tokens, num_embeddings="=vocabulary", embedding_dim="=width")
    place = graph.add("positions_embed", "Embedding", places, num_embeddings="=context", embedding_dim="=width")
    x = graph.add("drop", "Dropout", graph.add("add", "Add", token, place), p="=dropout")
    x = graph.add("h", "graph:Block", x, width="=width", heads="=heads", dropout="=dropout", repeat="=layers")
    graph.output("hidden", x)
    return graph


def _block() -> Drawing:
    graph = Drawing(
        "Block", "Attention and a feed-forward net; each sum is normalised.", arguments=[WIDTH, HEADS, DROPOUT]
    )
    x = graph.input("x")
    y = graph.add("attn", "graph:Attention", x, width="=width", heads="=heads", dropout="=dropout")
    x = graph.add("ln_1", "LayerNorm", graph.add("add_attn", "Add", x, y))
    y = graph.add("mlp", "graph:MLP", x, width="=width", dropout="=dropout")
    graph.output("output", graph.add("ln_2", "LayerNorm", graph.add("add_mlp", "Add", x, y)))
    return graph

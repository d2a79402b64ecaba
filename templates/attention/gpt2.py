"""GPT-2

Paper: Language Models are Unsupervised Multitask Learners
Authors: Alec Radford, Jeffrey Wu, Rewon Child, David Luan, Dario Amodei and Ilya Sutskever
Year: 2019
Link: https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
Parameters: 124,439,808

Predict the next piece of text, and nothing else: a model that does this well on enough text has had to learn how to
answer, translate and sum up, without having been asked to. The model is the transformer's decoder alone. Each place
looks back at all places before it and at none after it, so one pass trains every prefix of a text at once.

A `Block` computes `x = x + attn(ln_1(x))`, then `x = x + mlp(ln_2(x))`: the norm stands before each branch, so that the
sum runs from the embedding to the head untouched. Attention gives `softmax(q kᵀ / √d) v` in each of `heads` heads, with
`d = width / heads` and everything to the right of a place masked. `lm_head` has no weights of its own: it is tied to
the embedding of tokens `wte`, and asks which token's vector the last state is most like.

Weights start from `N(0, 0.02²)`, those that end in the sum from `N(0, 0.02² / (2 layers))`, so that the sum's size does
not grow with depth. Names are those of Hugging Face's GPT2LMHeadModel; its four Conv1D weights a block are transposed.
The sizes medium, large and xl are presets. Later models kept the plan and changed parts: rotary positions, RMSNorm,
gated feed-forwards, fewer heads for keys and values.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.core.document import (
    DataSource,
    Document,
    Goal,
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

NAME = "gpt2"
SIZES = {
    "medium": {"layers": 24, "width": 1024, "heads": 16},
    "large": {"layers": 36, "width": 1280, "heads": 20},
    "xl": {"layers": 48, "width": 1600, "heads": 25},
}

VOCABULARY = whole("vocabulary", 50257, low=2, help="Different tokens: pieces of words, or characters.")
CONTEXT = whole("context", 1024, low=1, help="Tokens that are seen at once.")


def gpt2() -> Document:
    return document(
        __doc__,
        _lm(),
        _transformer(),
        _block(),
        attention(),
        mlp(),
        *language_steps(NAME),
        arguments=[VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS, DROPOUT],
        models=[
            Model(
                name=NAME,
                graph="GPT2",
                arguments={
                    name: f"={name}" for name in ("vocabulary", "context", "layers", "width", "heads", "dropout")
                },
                inputs={"tokens": InputType(("B", "T"), "int64")},
            )
        ],
        recipe=Recipe(
            data=DataSource("TextFile", {"length": "=context", "vocabulary": "=vocabulary"}),
            stages=(
                Stage(
                    name="train",
                    steps=600_000,
                    phases=(
                        Phase(
                            name="learn",
                            step="TrainStep",
                            models=(NAME,),
                            optimiser=Optimiser("AdamW", {"lr": 6e-4, "betas": (0.9, 0.95), "weight_decay": 0.1}),
                            schedule=Schedule("cosine", {"warmup": 2000, "final": 0.1}),
                            clip_norm=1.0,
                        ),
                    ),
                ),
            ),
            evaluations=language_evaluations(every=2000),
            previews=language_previews(every=2000, context="context"),
            batch_size=512,
        ),
        presets=[
            Preset(name="paper", summary="The small one of the four: 12 layers of 768."),
            Preset(
                name="quick",
                summary="Two narrow layers on nested brackets: what must close next can have opened long ago.",
                arguments={"vocabulary": 8, "context": 128, "layers": 2, "width": 64, "heads": 4, "dropout": 0.0},
                data=DataSource("NestedBrackets", {"length": "=context"}),
                recipe={
                    "batch_size": 32,
                    "stages.train.steps": 1000,
                    "stages.train.learn.optimiser.lr": 3e-3,
                    "stages.train.learn.schedule.warmup": 100,
                    "evaluations.validation.every": 250,
                    "previews.writing.every": 250,
                },
                goal=Goal(
                    evaluation="test",
                    metric="bits",
                    at_most=2.1,
                    baseline="2.30 by counts of four neighbouring marks; who knows the rule needs 1.89",
                ),
            ),
            *(Preset(name=name, summary=_summary(size), arguments=dict(size)) for name, size in SIZES.items()),
        ],
    )  # fmt: skip


def _summary(size: Mapping[str, int]) -> str:
    return f"{size['layers']} layers of {size['width']}."


def _lm() -> Drawing:
    graph = Drawing(
        "GPT2",
        "The transformer, and a head that is tied to its embedding of tokens.",
        arguments=[VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS, DROPOUT],
        initial=_INITIAL,
    )
    x = graph.add(
        "transformer", "graph:Transformer", graph.input("tokens"), vocabulary="=vocabulary", context="=context",
        layers="=layers", width="=width", heads="=heads", dropout="=dropout",
    )  # fmt: skip
    ties = {"weight": "transformer.wte.weight"}
    graph.output("logits", graph.add("lm_head", "Linear", x, out_features="=vocabulary", bias=False, ties=ties))
    return graph


_RESIDUAL = ("transformer.h.attn.c_proj", "transformer.h.mlp.c_proj")
_INITIAL = (
    Initial(nodes=("Linear", "Embedding"), parameter="weight", method="normal_", arguments={"std": 0.02}),
    Initial(nodes=("Linear",), parameter="bias", method="zeros_"),
    Initial(nodes=_RESIDUAL, parameter="weight", method="normal_", arguments={"std": "=0.02 / (2 * layers) ** 0.5"}),
)


def _transformer() -> Drawing:
    graph = Drawing(
        "Transformer",
        "Embeddings of tokens and places, a tower of blocks, and a last norm.",
        arguments=[VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS, DROPOUT],
    )
    tokens = graph.input("tokens")
    places = graph.add("places", "Arange", tokens, dim=1)
    token = graph.add("wte", "Embedding", tokens, num_embeddings="=vocabulary", embedding_dim="=width")
    place = graph.add("wpe", "Embedding", places, num_embeddings="=context", embedding_dim="=width")
    x = graph.add("drop", "Dropout", graph.add("add", "Add", token, place), p="=dropout")
    x = graph.add("h", "graph:Block", x, width="=width", heads="=heads", dropout="=dropout", repeat="=layers")
    graph.output("hidden", graph.add("ln_f", "LayerNorm", x))
    return graph


def _block() -> Drawing:
    graph = Drawing(
        "Block", "Attention and a feed-forward net, each added to what came in.", arguments=[WIDTH, HEADS, DROPOUT]
    )
    x = graph.input("x")
    y = graph.add("ln_1", "LayerNorm", x)
    y = graph.add("attn", "graph:Attention", y, width="=width", heads="=heads", dropout="=dropout")
    x = graph.add("add_attn", "Add", x, y)
    y = graph.add("ln_2", "LayerNorm", x)
    y = graph.add("mlp", "graph:MLP", y, width="=width", dropout="=dropout")
    graph.output("output", graph.add("add_mlp", "Add", x, y))
    return graph

"""GloVe

Paper: GloVe: Global Vectors for Word Representation
Authors: Jeffrey Pennington, Richard Socher and Christopher D. Manning
Year: 2014
Link: https://aclanthology.org/D14-1162
Parameters: 102,000

Everything that a text says of which words go together is in one table: how often each word stood near each other one.
What tells ice from steam is not the counts but their ratios, and ratios are differences of logarithms. So GloVe gives
each word a vector such that products of vectors are the logarithms of the counts, and fits the table itself instead of
reading the text again and again.

A cell holds `X`, how often two words stood near each other. Its logarithm is to be `w · u + b + c`: a vector of `size`
numbers and a bias from `word_vectors`, the same from `context_vectors`; the biases take what is owed to how common each
word is. The error is squared and weighed by `f(X) = min(1, X / maximum) ^ power`: what was seen once or twice may be
chance, and what is seen all the time should not drown the rest. Empty cells are left out, so training goes through the
others only, in batches, with AdaGrad. `word_vectors` and `context_vectors` mean the same; one keeps their sum.

Here a tenth of the cells is held out: what the table says there must follow from the vectors. Levy and Goldberg (2014)
showed that skip-gram factorises nearly the same table without saying so. Both give a word one vector for all its
meanings, which ELMo and BERT then made from the sentence.
"""

from __future__ import annotations

from typing import Any

from app.core.document import (
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
    Stage,
)
from app.core.draw import Drawing, Wire, real
from templates._template import document
from templates.embeddings._words import CONTEXTS, SENTENCES, SIZE, STEMS, VOCABULARY, WINDOW, WORDS, language

NAME = "glove"
MAXIMUM = real("maximum", 100.0, low=1, help="A cell with at least so many counts in full.")
POWER = real("power", 0.75, low=0, help="How fast cells with less count less; at 0 all count alike.")
_START = {"a": "=-0.5 / size", "b": "=0.5 / size"}
_WEIGHING: dict[str, Any] = {"maximum": "=maximum", "power": "=power"}


def glove() -> Document:
    return document(
        __doc__,
        _vectors(),
        _fit(),
        _weighted_error(),
        _train_step(),
        _evaluate(),
        _cells(),
        arguments=[VOCABULARY, SIZE, MAXIMUM, POWER, WINDOW, STEMS, SENTENCES],
        models=[
            Model(
                name=name,
                graph="Vectors",
                arguments={"vocabulary": "=vocabulary", "size": "=size"},
                inputs={"words": InputType(("B",), "int64")},
            )
            for name in (WORDS, CONTEXTS)
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="A thousand words, fifty numbers for each.", arguments={"size": 50}),
            Preset(
                name="quick",
                summary="Three hundred words; what a tenth of the cells holds must follow from the others.",
                arguments={"vocabulary": 300, "size": 24, "stems": 60, "sentences": 12_000},
                data=language("cells", evenness=1.3),
                recipe={"stages.train.steps": 1000, "stages.train.learn.optimiser.lr": 0.07},
                goal=Goal(
                    evaluation="test",
                    metric="error",
                    at_most=0.033,
                    baseline="0.046 by the largest singular values of the mutual information, 0.141 by biases alone",
                    ruin="0.048 where all cells count alike",
                ),
            ),
        ],
    )


def _vectors() -> Drawing:
    graph = Drawing(
        "Vectors",
        "A vector and a bias for each word.",
        arguments=[VOCABULARY, SIZE],
        initial=[Initial(nodes=("Embedding",), parameter="weight", method="uniform_", arguments=_START)],
    )
    words = graph.input("words", "Words by number")
    graph.output(
        "vectors", graph.add("embedding", "Embedding", words, num_embeddings="=vocabulary", embedding_dim="=size")
    )
    bias = graph.add("bias", "Embedding", words, num_embeddings="=vocabulary", embedding_dim=1)
    graph.output("biases", graph.add("number", "Squeeze", bias, dim=-1))
    return graph


def _fit() -> Drawing:
    graph = Drawing("LogCount", "What two vectors and two biases say the logarithm of the count is.")
    w, b = graph.input("w", "Of the word"), graph.input("b")
    u, c = graph.input("u", "Of the other word"), graph.input("c")
    graph.output("log_count", graph.add("together", "Add", graph.add("product", "Dot", w, u), b, c))
    return graph


def _weighted_error() -> Drawing:
    graph = Drawing(
        "WeightedError", "Squared error of each cell, times how much the cell counts.", arguments=[MAXIMUM, POWER]
    )
    log_count, count = graph.input("log_count"), graph.input("count")
    error = graph.add("error", "Subtract", log_count, graph.add("log", "Log", count))
    share = graph.add("share", "Scale", count, scale="=1 / maximum")
    weight = graph.add("weight", "Power", graph.add("at_most", "Clamp", share, min=0.0, max=1.0), exponent="=power")
    graph.output("errors", graph.add("weighed", "Multiply", weight, graph.add("squared", "Square", error)))
    return graph


def _said(step: Drawing) -> tuple[Wire, Wire]:
    """What the vectors say of each cell, and what the cell holds."""
    word, context, count = step.input("word"), step.input("context"), step.input("count")
    w, u = step.add("w", f"model:{WORDS}", word), step.add("u", f"model:{CONTEXTS}", context)
    wired = {"w": w, "b": w["biases"], "u": u, "c": u["biases"]}
    return step.add("log_count", "graph:LogCount", wired=wired), count


def _train_step() -> Drawing:
    step = Drawing(
        "TrainStep", "Some cells of the table, and how far the vectors are from them.", arguments=[MAXIMUM, POWER]
    )
    errors = step.add("errors", "graph:WeightedError", *_said(step), **_WEIGHING)
    step.output("loss", step.add("loss", "Mean", errors))
    return step


def _evaluate() -> Drawing:
    graph = Drawing("Evaluate", "The weighted error of cells that were held out.", arguments=[MAXIMUM, POWER])
    errors = graph.add("errors", "graph:WeightedError", *_said(graph), **_WEIGHING)
    graph.output("error", graph.add("error", "MeanMetric", errors))
    return graph


def _cells() -> Drawing:
    graph = Drawing("Cells", "The logarithm of held-out counts, beside what the vectors say.")
    log_count, count = _said(graph)
    graph.output("cells", graph.add("points", "Stack", graph.add("log", "Log", count), log_count, dim=1))
    return graph


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(WORDS, CONTEXTS),
        arguments=_WEIGHING,
        optimiser=Optimiser("Adagrad", {"lr": 0.05}),
    )
    looks = {"validation": 100, "test": None}
    return Recipe(
        data=language("cells"),
        stages=(Stage(name="train", steps=10_000, phases=(learn,)),),
        evaluations=tuple(
            Evaluation(name=split, graph="Evaluate", split=split, every=every, arguments=_WEIGHING)
            for split, every in looks.items()
        ),
        previews=(Preview(name="cells", graph="Cells", show="scatter", count=256, every=200),),
        batch_size=4096,
        eval_batch_size=4096,
    )

"""Latent semantic analysis

Paper: Indexing by Latent Semantic Analysis
Authors: Scott Deerwester, Susan T. Dumais, George W. Furnas, Thomas K. Landauer and Richard Harshman
Year: 1990
Link: https://doi.org/10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9
Parameters: 0

Who looks for car finds no text that says automobile, since the two share no word. But both words keep the same
company: engine, road, driver. Latent semantic analysis counts which words come in which documents and describes the
whole table by few numbers for each document; where there are too few to keep every word apart, words of like company
fall together.

`X` has a row for each document and a column for each of the `vocabulary`: how often the word comes, times how rare it
is. Where `m` of `n` documents have it, that is `idf = 1 + log((1 + n) / (1 + m))`. Each row is brought to length 1. A
singular value decomposition gives `X = U S Vᵀ`, and its `factors` largest values the best picture that so few allow:
no other `X̂` of that rank is nearer. The rows of `Vᵀ` (`components`) are the concepts. Any document, also one that was
not there, has its place at `x V`, and so has a question, which is a short document; near is what points the same way.

Nothing is learnt by a gradient. `Decompose` sees all documents once and writes what it finds into the model with
`Assign`: there is nothing to minimise and no optimiser. `Evaluate` asks how much of the variance of unseen documents
the concepts keep, beside as many directions of chance. The paper counted without idf and asked questions of abstracts
from medicine. That words are known by their company became word2vec and GloVe, which Levy and Goldberg (2014) showed
to factorise such tables, too; topic models gave the factors a meaning as probabilities.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Phase,
    Preset,
    Preview,
    Recipe,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document
from templates.embeddings._words import most_alike

NAME, CHANCE = "lsa", "chance"
VOCABULARY = whole("vocabulary", 5823, low=2, help="Different words.")
FACTORS = whole("factors", 100, low=1, help="Numbers that a document is described by.")
DOCUMENTS = whole("documents", 1033, low=1, help="How many the decomposition sees, at most.")
LEAST = whole("least", 60, low=1, help="Words that a document has at least.")


def lsa() -> Document:
    return document(
        __doc__,
        _rarity(),
        _tf_idf(),
        _projection(),
        _model(),
        _decompose(),
        _evaluate(),
        _neighbours(),
        arguments=[VOCABULARY, FACTORS, DOCUMENTS, LEAST],
        models=[
            Model(
                name=name,
                graph=graph,
                arguments={"vocabulary": "=vocabulary", "factors": "=factors"},
                inputs={port: InputType(("B", "=vocabulary"))},
                frozen=name == CHANCE,
            )
            for name, graph, port in ((NAME, "LSA", "counts"), (CHANCE, "Projection", "x"))
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="MED: 1033 abstracts from medicine, 5823 words, a hundred factors."),
            Preset(
                name="cisi",
                summary="CISI: 1460 abstracts from information science, 5135 words, a hundred factors.",
                arguments={"vocabulary": 5135, "documents": 1460},
            ),
            Preset(
                name="quick",
                summary="Python's language reference, 1500 words, twenty factors.",
                arguments={"vocabulary": 1500, "factors": 20},
                goal=Goal(
                    evaluation="test",
                    metric="times_chance",
                    at_least=8.5,
                    baseline="6.7 by the words that vary most, 5.7 by the best of fifty lots of documents",
                    ruin="5.4 where each word is dealt out among the documents anew",
                ),
            ),
        ],
        layout={"Decompose": GraphLayout(positions=_POSITIONS, frames=_FRAMES)},
    )


_FRAMES = (
    Frame(title="How rare each word is", nodes=("rarity", "idf")),
    Frame(title="X ≈ U S Vᵀ", nodes=("svd", "places", "components", "rebuilt")),
)
_POSITIONS = {
    "@in:counts": (0.0, 150.0),
    "rarity": (220.0, 0.0),
    "lsa": (220.0, 300.0),
    "idf": (440.0, 0.0),
    "tf_idf": (670.0, 150.0),
    "svd": (890.0, 150.0),
    "places": (1150.0, 60.0),
    "components": (1150.0, 250.0),
    "rebuilt": (1400.0, 150.0),
    "explained": (1630.0, 290.0),
    "@out:explained": (1850.0, 290.0),
}
"""As the paper has it, from left to right; the model that is written lies below."""


def _rarity() -> Drawing:
    graph = Drawing("Rarity", "1 - log of the share of documents that have each word, with one more that has them all.")
    comes = graph.add("comes", "Compare", graph.input("counts"), operator=">", value=0)
    number = graph.add("as_numbers", "Cast", comes, dtype="float32")
    more = graph.add("one_more", "Pad", number, pad=(0, 0, 0, 1), value=1.0)
    log_share = graph.add("log_share", "Log", graph.add("share", "Mean", more, dim=(0,)))
    graph.output("idf", graph.add("turned", "Affine", log_share, scale=-1.0, shift=1.0))
    return graph


def _tf_idf() -> Drawing:
    graph = Drawing("TfIdf", "Each word's count by how rare it is, each document brought to length 1.")
    counts, idf = graph.input("counts", "How often each word comes"), graph.input("idf", "How rare each word is")
    weighed = graph.add("weighed", "Multiply", counts, idf)
    graph.output("x", graph.add("length_1", "Normalize", weighed))
    return graph


def _projection() -> Drawing:
    graph = Drawing(
        "Projection",
        "Where documents lie along some directions; these are of chance until others are written.",
        arguments=[VOCABULARY, FACTORS],
    )
    x = graph.input("x", "Documents")
    components = graph.add(
        "components", "Buffer", sizes="=(factors, vocabulary)", initial="normal", scale="=1 / vocabulary ** 0.5"
    )
    turned = graph.add("turned", "Transpose", components, dim0=0, dim1=1)
    graph.output("places", graph.add("along", "MatMul", x, turned))
    return graph


def _model() -> Drawing:
    graph = Drawing("LSA", "Documents by their words, and by few concepts.", arguments=[VOCABULARY, FACTORS])
    counts = graph.input("counts", "How often each word comes in each document")
    idf = graph.add("idf", "Buffer", sizes="=(vocabulary,)", initial="ones")
    x = graph.add("tf_idf", "graph:TfIdf", counts, idf)
    concepts = graph.add("svd", "graph:Projection", x, vocabulary="=vocabulary", factors="=factors")
    graph.output("concepts", concepts)
    graph.output("x", x, "What was projected")
    return graph


def _decompose() -> Drawing:
    step = Drawing(
        "Decompose",
        "All documents at once: what is found is written into the model.",
        arguments=[FACTORS],
    )
    counts = step.input("counts")
    model = step.module(step.add(NAME, f"model:{NAME}"))
    rarity = step.add("rarity", "graph:Rarity", counts)
    idf = step.add("idf", "Assign", model, rarity, key="idf")
    x = step.add("tf_idf", "graph:TfIdf", counts, idf)
    found = step.add("svd", "TruncatedSVD", x, k="=factors")
    components = step.add("components", "Assign", model, found["vh"], key="svd.components")
    places = step.add("places", "Multiply", found["u"], found["s"])
    rebuilt = step.add("rebuilt", "MatMul", places, components)
    step.output("explained", step.add("explained", "VarianceRatio", rebuilt, x))
    return step


def _evaluate() -> Drawing:
    evaluate = Drawing("Evaluate", "How much of the variance of documents is kept, and how much chance would keep.")
    known = evaluate.add(NAME, f"model:{NAME}", evaluate.input("counts"))
    chance = evaluate.add(CHANCE, f"model:{CHANCE}", known["x"])
    for name, a, b in (
        ("explained", known["concepts"], known["x"]),
        ("by_chance", chance, known["x"]),
        ("times_chance", known["concepts"], chance),
    ):
        evaluate.output(name, evaluate.add(name, "VarianceRatio", a, b))
    return evaluate


def _neighbours() -> Drawing:
    show = Drawing("Neighbours", "The word that marks each document most, and the words that are nearest to it.")
    counts = show.input("counts")
    marks = show.add("marks", "ArgMax", show.add(NAME, f"model:{NAME}", counts)["x"], dim=1)
    alone = show.add("each_word_alone", "Eye", counts, dim=1)
    words = show.add("words", f"model:{NAME}", alone)["concepts"]
    of_word = show.add("of_word", "IndexSelect", words, marks, dim=0)
    nearest = most_alike(show, _row(show, of_word, 1), _row(show, words, 0), 3)
    for index, name in enumerate(("word", "nearest", "second")):
        show.output(name, show.add(f"{name}_found", "Select", nearest, dim=1, index=index))
    return show


def _row(show: Drawing, words: Wire, dim: int) -> Wire:
    return show.add(f"row_of_{words.node}", "Unsqueeze", words, dim=dim)


def _recipe() -> Recipe:
    decompose = Phase(
        name="decompose", step="Decompose", minimise="", models=(NAME,), arguments={"factors": "=factors"}
    )
    return Recipe(
        data=DataSource("TermCounts", {"vocabulary": "=vocabulary", "least": "=least"}),
        stages=(Stage(name="fit", steps=1, phases=(decompose,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=1),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="neighbours", graph="Neighbours", show="table", count=16, every=1),),
        batch_size="=documents",
        eval_batch_size=1024,
    )

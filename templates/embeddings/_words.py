"""What templates of word vectors have in common: two tables of vectors, and learning to tell neighbours from noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.core.document import (
    Argument,
    DataSource,
    Document,
    Evaluation,
    Frame,
    GraphLayout,
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
    Value,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

WORDS, CONTEXTS = "word_vectors", "context_vectors"
VOCABULARY = whole("vocabulary", 1000, low=2, help="Different words.")
SIZE = whole("size", 100, low=1, help="Numbers that describe a word.")
NEGATIVES = whole("negatives", 5, low=1, help="Words of chance that each true neighbour is told from.")
SMOOTHING = real("smoothing", 0.75, low=0, high=1, help="Noise is drawn by frequency to this power.")
STEMS = whole("stems", 200, low=2, help="Things that the made language has words for.")
SENTENCES = whole("sentences", 24_000, low=10, help="Sentences of its text.")
WINDOW = whole("window", 5, low=1, help="How far away a word still is a neighbour.")
_SPREAD = real("spread", 0.5, low=0, help="Vectors begin at most this far from zero, over their size.")

Hidden = Callable[[Drawing], Wire]
"""Draws what the model knows, as one vector for each example: of a word, or of all around a gap."""


def vectors() -> Drawing:
    """The graph of both models: one row for each word."""
    graph = Drawing(
        "Vectors",
        "A table with a row of learnt numbers for each word.",
        arguments=[VOCABULARY, SIZE, _SPREAD],
        initial=[
            Initial(
                nodes=("embedding",),
                parameter="weight",
                method="uniform_",
                arguments={"a": "=-spread / size", "b": "=spread / size"},
            )
        ],
    )
    words = graph.input("words", "Words by number")
    found = graph.add("embedding", "Embedding", words, num_embeddings="=vocabulary", embedding_dim="=size")
    graph.output("vectors", found)
    return graph


def table(name: str, spread: float) -> Model:
    """One of the two tables; that of the contexts begins at zero."""
    return Model(
        name=name,
        graph="Vectors",
        arguments={"vocabulary": "=vocabulary", "size": "=size", "spread": spread},
        inputs={"words": InputType(("B", "T"), "int64")},
    )


def sampled_document(
    docstring: str | None,
    hidden: Hidden,
    target: str,
    *,
    data: DataSource,
    lr: float,
    presets: Sequence[Preset],
    words: Model | None = None,
    drawn: Sequence[Drawing] = (),
    arguments: Sequence[Argument] = (),
) -> Document:
    """A document that learns by telling the word ``target`` from words of chance.

    ``words``, ``drawn`` and ``arguments``: another model of known words, its graph and preview, what it is made with.
    """
    sampling: list[Argument] = [NEGATIVES, SMOOTHING]
    return document(
        docstring,
        vectors(),
        train_step(hidden, target, sampling),
        evaluation(hidden, target),
        *(drawn or (neighbours("centre"),)),
        arguments=[VOCABULARY, SIZE, *arguments, *sampling, WINDOW, STEMS, SENTENCES],
        models=[words or table(WORDS, 0.5), table(CONTEXTS, 0.0)],
        recipe=_recipe(data, lr),
        presets=presets,
        layout={"TrainStep": GraphLayout(frames=_FRAMES)},
    )


def looked_up(step: Drawing, name: str, model: str, words: Wire, dim: int = 1) -> Wire:
    """Vectors of words (B), as a row of one word for each example; or of all, as one row (``dim`` 0)."""
    return step.add(name, f"model:{model}", step.add(f"row_of_{name}", "Unsqueeze", words, dim=dim))


def train_step(hidden: Hidden, target: str, arguments: Sequence[Argument]) -> Drawing:
    """Negative sampling: the right word's score is to be high, those of words of chance low."""
    step = Drawing(
        "TrainStep",
        "The right word must be told from words that are drawn by how common they are.",
        arguments=arguments,
    )
    vector = hidden(step)
    right, frequency = step.input(target), step.input("frequency", "How often each word comes")
    score = step.add("score", "Dot", vector, looked_up(step, "right", CONTEXTS, right))

    noise = step.add("noise", "Power", frequency, exponent="=smoothing")
    noise = step.add("for_each", "Expand", noise, right, new=True)
    drawn = step.add("drawn", "Multinomial", noise, count="=negatives", replacement=True)
    wrong = step.add("wrong", f"model:{CONTEXTS}", drawn)
    wrong_scores = step.add("wrong_scores", "Dot", wrong, vector)

    believed = step.add("believed", "LogSigmoid", score)
    doubted = step.add("doubted", "LogSigmoid", step.add("turned", "Negate", wrong_scores))
    doubted = step.add("all_doubted", "Sum", doubted, dim=(1,), keepdim=True)
    likelihood = step.add("likelihood", "Mean", step.add("together", "Add", believed, doubted), dim=())
    step.output("loss", step.add("loss", "Negate", likelihood))
    return step


_FRAMES = (
    Frame(title="A true neighbour", nodes=("row_of_right", "right", "score", "believed")),
    Frame(
        title="Words of chance",
        nodes=("noise", "for_each", "drawn", "wrong", "wrong_scores", "turned", "doubted", "all_doubted"),
    ),
)


def evaluation(hidden: Hidden, target: str) -> Drawing:
    """A score says how much likelier a word is than noise; with the noise's share it foretells the word."""
    evaluate = Drawing(
        "Evaluate",
        "Among how many words the model seems to choose, over a whole split.",
        arguments=[SMOOTHING],
    )
    vector = hidden(evaluate)
    right, frequency = evaluate.input(target), evaluate.input("frequency")
    everything = evaluate.add("everything", "Arange", frequency, dim=0)
    table = looked_up(evaluate, "table", CONTEXTS, everything, dim=0)
    scores = evaluate.add("scores", "MatMul", vector, evaluate.add("turned", "Transpose", table, dim0=1, dim1=2))
    noise = evaluate.add("noise", "Scale", evaluate.add("log", "Log", frequency), scale="=smoothing")
    logits = evaluate.add("logits", "Add", scores, noise)
    right = evaluate.add("row_of_right", "Unsqueeze", right, dim=1)
    evaluate.output("perplexity", evaluate.add("perplexity", "Perplexity", logits, right))
    return evaluate


def neighbours(field: str) -> Drawing:
    """Words beside those whose vectors point most nearly the same way."""
    show = Drawing("Neighbours", "The words whose vectors are most alike, first and second.")
    word, frequency = show.input(field), show.input("frequency")
    everything = show.add("everything", "Arange", frequency, dim=0)
    of_word, of_all = looked_up(show, "of_word", WORDS, word), looked_up(show, "of_all", WORDS, everything, dim=0)
    nearest = most_alike(show, of_word, of_all, 3)
    show.output("word", show.add("itself", "Select", nearest, dim=1, index=0))
    show.output("nearest", show.add("first", "Select", nearest, dim=1, index=1))
    show.output("second", show.add("second", "Select", nearest, dim=1, index=2))
    return show


def most_alike(show: Drawing, of_word: Wire, of_all: Wire, count: int) -> Wire:
    """Numbers of the words (1×V×size) that point most nearly the way of each word (B×1×size): B×count."""
    alike = show.add("alike", "SimilarityMatrix", of_word, of_all)
    alike = show.add("one_row", "Squeeze", alike, dim=1)
    return show.add("most_alike", "TopK", alike, k=count)["indices"]


def _recipe(data: DataSource, lr: float) -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(WORDS, CONTEXTS),
        arguments={"negatives": "=negatives", "smoothing": "=smoothing"},
        optimiser=Optimiser("Adam", {"lr": lr}),
        schedule=Schedule("linear"),
    )
    looks = {"validation": 250, "test": None}
    smoothing: Mapping[str, Value] = {"smoothing": "=smoothing"}
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=20_000, phases=(learn,)),),
        evaluations=tuple(
            Evaluation(name=split, graph="Evaluate", split=split, every=every, arguments=smoothing)
            for split, every in looks.items()
        ),
        previews=(Preview(name="neighbours", graph="Neighbours", show="table", count=12, every=250),),
        batch_size=1024,
    )


def language(view: str, **more: Value) -> DataSource:
    """The made language, as large as the document's arguments say."""
    settings = {name: f"={name}" for name in ("stems", "sentences", "window")}
    return DataSource("MadeLanguage", {"view": view, **settings, **more})

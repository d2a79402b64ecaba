"""fastText

Paper: Enriching Word Vectors with Subword Information
Authors: Piotr Bojanowski, Edouard Grave, Armand Joulin and Tomas Mikolov
Year: 2016
Link: https://arxiv.org/abs/1607.04606
Parameters: 700,000

To word2vec, walk, walks and walked are as foreign to each other as any three words, and a word that the text does not
have has no vector at all. fastText makes a word's vector of its pieces, all runs of three to six of its letters: what
walks and talks have in common is learnt from both. So rare words lean on common ones, and a word that nobody has seen
yet has a vector, too.

The rows of a word's pieces are in `spelling`: with marks for begin and end it is cut into runs of letters, each run's
hash names one of `buckets` rows (those that collide share it), and behind these each of the `vocabulary` has a row of
its own. `word_vectors` gives the mean of those rows, `v`. Then all is skip-gram: the true neighbour's score `u · v` is
told from `negatives` words of chance, `-log σ(u · v) - Σ log σ(-u' · v)`, with `u` from `context_vectors`.

`Evaluate` asks for the neighbours of words that the training text never had. The same bag of pieces, averaged over a
whole text, made a classifier as good as deep nets and a thousand times faster (Joulin et al., 2016). Byte pair encoding
then gave models pieces that are learnt, and ELMo made words from letters by convolution.
"""

from __future__ import annotations

from app.core.document import Document, Goal, Initial, InputType, Model, Preset
from app.core.draw import Drawing, Wire, whole
from templates.embeddings._words import SIZE, VOCABULARY, WORDS, language, most_alike, sampled_document

NAME = "fasttext"
BUCKETS = whole("buckets", 5000, low=2, help="Rows that runs of letters share by their hash.")


def fasttext() -> Document:
    return sampled_document(
        __doc__,
        _word,
        "context",
        data=language("spelled", buckets="=buckets"),
        lr=0.01,
        words=Model(
            name=WORDS,
            graph="Pieces",
            arguments={"vocabulary": "=vocabulary", "buckets": "=buckets", "size": "=size"},
            inputs={"pieces": InputType(("B", "P"), "int64")},
        ),
        drawn=(_pieces(), _neighbours()),
        arguments=[BUCKETS],
        presets=[
            Preset(name="paper", summary="A thousand words and five thousand rows for pieces, a hundred numbers each."),
            Preset(
                name="quick",
                summary="A smaller made language; the test is on words that the text never had.",
                arguments={"vocabulary": 600, "buckets": 5000, "size": 8, "stems": 120, "sentences": 6000},
                recipe={
                    "data.strength": 5.0,
                    "data.longest": 4,
                    "stages.train.steps": 2000,
                    "stages.train.learn.optimiser.name": "SGD",
                    "stages.train.learn.optimiser.lr": 20.0,
                    "stages.train.learn.optimiser.momentum": 0.9,
                },
                goal=Goal(
                    evaluation="test",
                    metric="perplexity",
                    at_most=49.5,
                    baseline="52.9 by ridge regression from pieces to what is counted, 65.3 by words spelled alike",
                    ruin="150 where words are not cut",
                ),
            ),
        ],
    )


def _pieces() -> Drawing:
    graph = Drawing(
        "Pieces",
        "A word as the mean of its pieces' rows.",
        arguments=[VOCABULARY, BUCKETS, SIZE],
        initial=[
            Initial(
                nodes=("bag",), parameter="weight", method="uniform_", arguments={"a": "=-1 / size", "b": "=1 / size"}
            )
        ],
    )
    pieces = graph.input("pieces", "Rows of each word's pieces; 0 where there is none")
    rows = "=buckets + vocabulary"
    bag = graph.add("bag", "EmbeddingBag", pieces, num_embeddings=rows, embedding_dim="=size", padding_idx=0)
    graph.output("vectors", bag)
    return graph


def _word(step: Drawing) -> Wire:
    centre, spelling = step.input("centre", "The word in the middle"), step.input("spelling", "Pieces of every word")
    return _spelled(step, centre, spelling)


def _spelled(step: Drawing, word: Wire, spelling: Wire) -> Wire:
    """The word's vector out of its pieces, as a row of one word for each example."""
    vector = step.add("word", f"model:{WORDS}", step.add("pieces", "Index", spelling, word))
    return step.add("row_of_word", "Unsqueeze", vector, dim=1)


def _neighbours() -> Drawing:
    show = Drawing("Neighbours", "Words that the text never had, and those whose vectors are most alike.")
    word, spelling = show.input("centre"), show.input("spelling")
    everything = show.add("row_of_all", "Unsqueeze", show.add("all", f"model:{WORDS}", spelling), dim=0)
    nearest = most_alike(show, _spelled(show, word, spelling), everything, 3)
    show.output("word", word)
    show.output("nearest", show.add("first", "Select", nearest, dim=1, index=1))
    show.output("second", show.add("second", "Select", nearest, dim=1, index=2))
    return show

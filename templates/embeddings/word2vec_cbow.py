"""word2vec: continuous bag of words

Paper: Efficient Estimation of Word Representations in Vector Space
Authors: Tomas Mikolov, Kai Chen, Greg Corrado and Jeffrey Dean
Year: 2013
Link: https://arxiv.org/abs/1301.3781
Parameters: 200,000

Take a word out of a sentence: those around it mostly tell which it was. A continuous bag of words adds up the vectors
of the neighbours, without caring for their order, and compares the mean with the vectors of all words that might have
stood in the gap. There is no hidden layer and nothing but a product, so that it reads a billion words in a day; what
one keeps are the vectors.

The `2 * window` words around a gap are looked up in `word_vectors`, rows of `size` numbers, and their mean is `h`. A
word of the `vocabulary` fits the gap by `u · h`, with `u` from `context_vectors`. Training tells the right word from
`negatives` words of chance, `-log σ(u · h) - Σ log σ(-u' · h)`, drawn by frequency to the power of `smoothing`; the
first paper put the words into a tree instead (hierarchical softmax). `Evaluate` adds the noise's share to the scores,
which makes them a softmax over the words, and measures among how many it still hesitates.

Skip-gram, its sister, foretells each neighbour by itself: slower, and better for rare words. Bags of vectors became
fastText's classifier and deep averaging networks; attention weighs what is added up.
"""

from __future__ import annotations

from app.core.document import Document, Goal, Preset
from app.core.draw import Drawing, Wire
from templates.embeddings._words import WORDS, language, sampled_document

NAME = "word2vec_cbow"


def word2vec_cbow() -> Document:
    return sampled_document(
        __doc__,
        _bag,
        "centre",
        data=language("gaps"),
        lr=0.01,
        presets=[
            Preset(name="paper", summary="A thousand words, a hundred numbers for each, five words on each side."),
            Preset(
                name="quick",
                summary="A smaller made language and two words on each side, which seldom were seen together before.",
                arguments={"vocabulary": 600, "size": 16, "window": 2, "stems": 120, "sentences": 6000},
                recipe={"stages.train.steps": 1500},
                goal=Goal(
                    evaluation="test",
                    metric="perplexity",
                    at_most=55.5,
                    baseline="57.2 by counts of pairs, 60.6 by their largest singular values",
                    ruin="96.6 where one neighbour is heard",
                ),
            ),
        ],
    )


def _bag(step: Drawing) -> Wire:
    around = step.add("around", f"model:{WORDS}", step.input("contexts", "The words on both sides of a gap"))
    return step.add("bag", "Mean", around, dim=(1,), keepdim=True)

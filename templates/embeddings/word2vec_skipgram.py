"""word2vec: skip-gram

Paper: Distributed Representations of Words and Phrases and their Compositionality
Authors: Tomas Mikolov, Ilya Sutskever, Kai Chen, Greg Corrado and Jeffrey Dean
Year: 2013
Link: https://arxiv.org/abs/1310.4546
Parameters: 200,000

You know a word by the company it keeps. Skip-gram gives each word a vector and asks of it one thing only: to foretell
the words that stand near it. Words that can stand in the same places get vectors that point the same way, without
anybody having said what they mean, and differences of vectors come to mean something, too.

Each word has two rows of `size` numbers: `v` in `word_vectors`, used where it stands in the middle, and `u` in
`context_vectors`, used where it stands beside another. How well a neighbour fits is `u · v`. A softmax over the whole
`vocabulary` would be dear, so negative sampling asks a smaller question: tell the true neighbour from `negatives` words
of chance, `-log σ(u · v) - Σ log σ(-u' · v)`, where `u'` are drawn by frequency to the power of `smoothing`, 3/4. That
way the rare come a little more often than they should. Where it succeeds, `u · v` is the logarithm of how much likelier
the neighbour is than noise; so with the noise's share added the scores foretell words, and `Evaluate` measures that.

Levy and Goldberg (2014) found that this factorises the table of pointwise mutual information, GloVe (2014) does so
openly, fastText (2016) builds `v` of pieces of the word. ELMo and BERT gave a word another vector in each sentence.
"""

from __future__ import annotations

from app.core.document import Document, Goal, Preset
from app.core.draw import Drawing, Wire
from templates.embeddings._words import WORDS, language, looked_up, sampled_document

NAME = "word2vec_skipgram"


def word2vec_skipgram() -> Document:
    return sampled_document(
        __doc__,
        _word,
        "context",
        data=language("pairs"),
        lr=0.01,
        presets=[
            Preset(name="paper", summary="A thousand words, a hundred numbers for each."),
            Preset(
                name="quick",
                summary="A smaller made language, of which many pairs of words are never seen together.",
                arguments={"vocabulary": 600, "size": 16, "stems": 120, "sentences": 6000},
                recipe={"stages.train.steps": 1500},
                goal=Goal(
                    evaluation="test",
                    metric="perplexity",
                    at_most=90.0,
                    baseline="93.4 by counts of pairs, 93.9 by their largest singular values",
                    ruin="129 without words of chance",
                ),
            ),
        ],
    )


def _word(step: Drawing) -> Wire:
    return looked_up(step, "word", WORDS, step.input("centre", "The word in the middle"))

"""Hiding tokens and asking for them: the masking and the steps that BERT and RoBERTa share."""

from __future__ import annotations

from app.core.document import Argument, Frame, GraphLayout
from app.core.draw import Drawing, Wire, real, whole

MASK, FIRST, IGNORED = 3, 4, -100
"""Tokens of the sources of text in pairs: the one that hides, and the first that is no mark; and no answer asked."""

SHARE = real("share", 0.15, low=0, high=1, help="Share of the tokens that are asked for.")


def vocabulary(default: int) -> Argument:
    return whole("vocabulary", default, low=5, help="Different tokens; the first four are marks.")


def hide(vocabulary: Argument) -> Drawing:
    """The graph that chooses tokens, hides most of them, and says what they were."""
    graph = Drawing("Hide", "Some tokens are chosen, and most of those hidden.", arguments=[vocabulary, SHARE])
    tokens = graph.input("tokens")
    is_text = graph.add("is_text", "Compare", tokens, operator=">=", value=FIRST)
    lot = graph.add("lot", "RandomMask", tokens, share="=share")
    chosen = graph.add("chosen", "LogicalAnd", lot, is_text)
    nothing = graph.add("nothing", "FullLike", tokens, value=IGNORED)
    answers = graph.add("answers", "Where", chosen, tokens, nothing)

    mostly = graph.add("mostly", "RandomMask", tokens, share=0.8)
    hidden = graph.add("hidden", "LogicalAnd", chosen, mostly)
    mask = graph.add("mask", "FullLike", tokens, value=MASK)
    left = graph.add("left", "Where", hidden, mask, tokens)

    others = graph.add("others", "LogicalAnd", chosen, graph.add("not_hidden", "LogicalNot", hidden))
    some = graph.add("some", "RandomMask", tokens, share=0.5)
    exchanged = graph.add("exchanged", "LogicalAnd", others, some)
    drawn = graph.add("drawn", "RandomIntegersLike", tokens, low=FIRST, high="=vocabulary")
    graph.output("tokens", graph.add("shown", "Where", exchanged, drawn, left), "What the model is shown")
    graph.output("answers", answers, "What stood there; -100 where nothing is asked")
    return graph


HIDE_LAYOUT = GraphLayout(
    frames=(
        Frame(title="15 in 100 are asked for", nodes=("is_text", "lot", "chosen", "nothing", "answers")),
        Frame(title="8 in 10 of them are hidden", nodes=("mostly", "hidden", "mask", "left")),
        Frame(title="1 in 10 is exchanged", nodes=("not_hidden", "others", "some", "exchanged", "drawn", "shown")),
    )
)


def hidden(step: Drawing, tokens: Wire) -> tuple[Wire, Wire]:
    """What the model is shown, and what it is asked."""
    found = step.add("hide", "graph:Hide", tokens, vocabulary="=vocabulary", share="=share")
    return found["tokens"], found["answers"]


def asked(step: Drawing, logits: Wire, answers: Wire) -> Wire:
    """How surprising the tokens were that had been asked for."""
    return step.add("masked", "CrossEntropyLoss", logits, answers, classes="last", ignore_index=IGNORED)


def found_out(step: Drawing, logits: Wire, answers: Wire) -> Wire:
    """Share of the tokens asked for that were found out."""
    return step.add("found_out", "Accuracy", logits, answers, classes="last", ignore_index=IGNORED)


def filled(step: Drawing, logits: Wire, answers: Wire, shown: Wire) -> Wire:
    """What was shown, with the likeliest token wherever one is asked for."""
    is_asked = step.add("is_asked", "Compare", answers, operator="!=", value=IGNORED)
    return step.add("filled", "Where", is_asked, step.add("likeliest", "ArgMax", logits, dim=-1), shown)

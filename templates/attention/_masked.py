"""Hiding tokens and asking for them: the masking and the steps that BERT and RoBERTa share."""

from __future__ import annotations

from app.core.document import Argument
from app.core.draw import Drawing, Wire, real, whole

MASK, FIRST, IGNORED = 3, 4, -100
"""Tokens of the sources of text in pairs: the one that hides, and the first that is no mark; and no answer asked."""

SHARE = real("share", 0.15, low=0, high=1, help="Share of the tokens that are asked for.")


def vocabulary(default: int) -> Argument:
    return whole("vocabulary", default, low=5, help="Different tokens; the first four are marks.")


def hiding(vocabulary: Argument) -> tuple[Drawing, ...]:
    """The graph that chooses tokens, hides most of them and says what they were; and its two parts."""
    graph = Drawing("Hide", "Some tokens are chosen, and most of those hidden.", arguments=[vocabulary, SHARE])
    tokens = graph.input("tokens")
    chosen = graph.add("choose", "graph:Choose", tokens, share="=share")
    shown = graph.add("exchange", "graph:Exchange", tokens, chosen, vocabulary="=vocabulary")
    nothing = graph.add("nothing", "FullLike", tokens, value=IGNORED)
    graph.output("tokens", shown, "What the model is shown")
    graph.output("answers", graph.add("answers", "Where", chosen, tokens, nothing), "What stood there; -100: not asked")
    return graph, _choose(), _exchange(vocabulary)


def _choose() -> Drawing:
    graph = Drawing("Choose", "Which tokens are asked for; no marks.", arguments=[SHARE])
    tokens = graph.input("tokens")
    lot = graph.add("lot", "RandomMask", tokens, share="=share")
    is_text = graph.add("is_text", "Compare", tokens, operator=">=", value=FIRST)
    graph.output("chosen", graph.add("both", "LogicalAnd", lot, is_text))
    return graph


def _exchange(vocabulary: Argument) -> Drawing:
    graph = Drawing(
        "Exchange", "Of the chosen tokens 8 in 10 are hidden, 1 in 10 becomes another.", arguments=[vocabulary]
    )
    tokens, chosen = graph.input("tokens"), graph.input("chosen")
    hidden = graph.add("hidden", "LogicalAnd", chosen, graph.add("mostly", "RandomMask", tokens, share=0.8))
    mask = graph.add("mask", "FullLike", tokens, value=MASK)
    left = graph.add("left", "Where", hidden, mask, tokens)
    others = graph.add("others", "LogicalAnd", chosen, graph.add("not_hidden", "LogicalNot", hidden))
    exchanged = graph.add("exchanged", "LogicalAnd", others, graph.add("some", "RandomMask", tokens, share=0.5))
    drawn = graph.add("drawn", "RandomIntegersLike", tokens, low=FIRST, high="=vocabulary")
    graph.output("shown", graph.add("shown", "Where", exchanged, drawn, left))
    return graph


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

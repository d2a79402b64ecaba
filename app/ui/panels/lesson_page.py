"""A document's lesson as a page: the idea, formulas whose names lead into the drawing, what was measured. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from urllib.parse import quote

from msgspec import Struct

from app.core.differences import Difference
from app.core.document import Document, Goal, Kind
from app.core.elaborate import Elaboration
from app.receipts import Receipt, strongest
from app.ui.panels.run_words import duration
from app.ui.panels.values import shown
from app.ui.theme import MONO, Theme
from app.ui.workspace import first_graph

NOTHING_SAID = "This document says nothing of itself yet."
ARGUMENT, PLACE = "argument", "place"

_CODE = re.compile(r"`([^`]+)`([,.;:]?)")
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_IS_FORMULA = re.compile(r" = | - | \+ | / |\w\(|<-|Σ")
_SIGNS = (("<-", "←"), (" - ", " − "), ("(-", "(−"), (" * ", " · "), ("^-", "^−"), ("!=", "≠"))
SHORTEST_DISPLAY = 15
"""A formula of so many characters stands on a line of its own."""


class Name(Struct, frozen=True, kw_only=True):
    """A name in the lesson that is one in the drawing: where a click leads, and what is said of it."""

    href: str
    tip: str
    value: str = ""
    help: str = ""


def names(document: Document, elaboration: Elaboration, preset: str) -> dict[str, Name]:
    """What words in the lesson may stand for; arguments first, then graphs, models, nodes, and blocks by their use."""
    found: dict[str, Name] = {}
    for name, meaning in (*_arguments(document, elaboration, preset), *_drawn(document)):
        found.setdefault(name, meaning)
    return found


def _arguments(document: Document, elaboration: Elaboration, preset: str) -> Iterator[tuple[str, Name]]:
    values = document.values(preset or None)
    for argument in document.arguments:
        yield argument.name, _argument("", argument.name, values.get(argument.name), argument.help)
    top = first_graph(document)
    for graph in sorted(document.graphs.values(), key=lambda graph: graph.name != top):
        result = elaboration.views.get(graph.name)
        for argument in graph.arguments:
            value = result.arguments.get(argument.name) if result is not None else argument.default
            yield argument.name, _argument(graph.name, argument.name, value, argument.help)


def _argument(graph: str, name: str, value: object, help_text: str) -> Name:
    said = shown(value)
    tip = f"{name} = {said}. {help_text}".rstrip() if said else help_text or name
    return Name(href=_href(ARGUMENT, graph, name), tip=tip, value=said, help=help_text)


def _drawn(document: Document) -> Iterator[tuple[str, Name]]:
    for graph in document.graphs.values():
        yield graph.name, Name(href=_href(PLACE, graph.name), tip=f"Show the graph {graph.name}")
    for model in document.models.values():
        yield model.name, Name(href=_href(PLACE, model.graph), tip=f"Show the model {model.name}: {model.graph}")
    nodes = [(graph.name, node) for graph in document.graphs.values() for node in graph.nodes.values()]
    for graph_name, node in nodes:
        yield node.name, Name(href=_href(PLACE, graph_name, node.id), tip=f"Show {node.name} in {graph_name}")
    for graph_name, node in nodes:
        if node.use.kind is Kind.BLOCK:
            tip = f"Show {node.use.name} in {graph_name}"
            yield node.use.name, Name(href=_href(PLACE, graph_name, node.id), tip=tip)


def _href(kind: str, *parts: str) -> str:
    return f"{kind}:" + "/".join(quote(part, safe="") for part in parts)


# -- the page ---------------------------------------------------------------------------------------------------------


class Page:
    """Writes one document's page in a theme's colours."""

    def __init__(self, document: Document, known: Mapping[str, Name], theme: Theme) -> None:
        self.document, self._known, self._theme = document, known, theme
        self._mentioned: dict[str, Name] = {}

    def html(self, evidence: str = "") -> str:
        document = self.document
        parts = [f"<p class='title'>{escape(document.title)}</p>", self._credit(), *self._paragraphs(document.summary)]
        lesson = self._paragraphs(document.lesson)
        parts += [heading("How it works"), *lesson] if lesson else []
        parts += [self._names(), self._presets(), evidence]
        if not (document.summary or document.lesson or document.credit.title):
            parts.append(f"<p class='muted'>{NOTHING_SAID} Press <b>Edit</b> to write what it is and where from.</p>")
        return f"<html><head><style>{self._style()}</style></head><body>{''.join(parts)}</body></html>"

    def _credit(self) -> str:
        credit = self.document.credit
        year = str(credit.year) if credit.year else ""
        who = ", ".join(part for part in (credit.authors, year) if part)
        lines = [f"<span class='muted'>{escape(who)}</span>"] if who else []
        title = escape(credit.title or credit.link)
        if is_web(credit.link):
            title = f"<a href='{escape(credit.link, quote=True)}' title='Open in the browser'>{title} ↗</a>"
        if title:
            lines.append(title)
        return f"<p>{'<br>'.join(lines)}</p>" if lines else ""

    def _paragraphs(self, text: str) -> list[str]:
        return [f"<p>{self._rich(' '.join(part.split()))}</p>" for part in text.split("\n\n") if part.strip()]

    def _rich(self, text: str) -> str:
        """Plain text with formulas in backticks and *stress*."""
        found, end = [], 0
        for code in _CODE.finditer(text):
            found += [_stressed(text[end : code.start()]), self._formula(code[1], code[2])]
            end = code.end()
        return "".join([*found, _stressed(text[end:])])

    def _formula(self, text: str, stop: str) -> str:
        """A short one in its line, a long one on a line of its own with the stop behind it."""
        written = self._linked(text)
        if len(text) >= SHORTEST_DISPLAY and _IS_FORMULA.search(text):
            return f"</p><p class='formula'>{written}{stop}</p><p>"
        return f"<span class='code'>{written}</span>{stop}"

    def _linked(self, text: str) -> str:
        made, end = [], 0
        for word in _WORD.finditer(text):
            known = self._known.get(word[0])
            made.append(_signs(text[end : word.start()]))
            made.append(escape(word[0]) if known is None else self._link(word[0], known))
            end = word.end()
        return "".join([*made, _signs(text[end:])])

    def _link(self, name: str, known: Name) -> str:
        self._mentioned.setdefault(name, known)
        return f"<a href='{known.href}' title='{escape(known.tip, quote=True)}'>{escape(name)}</a>"

    def _names(self) -> str:
        """The arguments that the lesson speaks of, with what they are now."""
        rows = [
            f"<tr><td class='code'><a href='{known.href}'>{escape(name)}</a></td>"
            f"<td class='code'>{escape(known.value)}</td><td>{escape(known.help)}</td></tr>"
            for name, known in self._mentioned.items()
            if known.href.startswith(ARGUMENT)
        ]
        return f"{heading('Names in it, as they are now')}<table>{''.join(rows)}</table>" if rows else ""

    def _presets(self) -> str:
        rows = [
            f"<tr><td class='code'>{escape(preset.name)}</td><td>{escape(preset.summary)}</td></tr>"
            for preset in self.document.presets.values()
        ]
        return f"{heading('Presets')}<table>{''.join(rows)}</table>" if rows else ""

    def _style(self) -> str:
        theme = self._theme
        return (
            f"body, td {{ color: {theme.text}; }}"
            "p { margin: 5px 0 5px 0; line-height: 130%; }"
            ".title { font-size: 18px; font-weight: 600; margin: 0 0 2px 0; }"
            ".heading { font-size: 14px; font-weight: 600; margin: 18px 0 3px 0; }"
            f"a {{ color: {theme.accent}; text-decoration: none; }}"
            f".muted {{ color: {theme.muted}; }} .warning {{ color: {theme.warning}; }}"
            f".success {{ color: {theme.success}; }}"
            f".code {{ font-family: '{MONO}'; font-size: 12px; }}"
            f".formula {{ font-family: '{MONO}'; font-size: 12px; margin: 7px 0 7px 14px; }}"
            "td { padding: 1px 12px 2px 0; }"
            "ul { margin: 3px 0 3px 0; -qt-list-indent: 0; } li { margin: 1px 0 2px 12px; }"
        )


def heading(text: str) -> str:
    """Not an <h2>: Qt sizes those itself."""
    return f"<p class='heading'>{escape(text)}</p>"


def is_web(link: str) -> bool:
    """Only these are opened: a document may not start anything else."""
    return link.startswith(("https://", "http://"))


def _stressed(text: str) -> str:
    return re.sub(r"\*([^*\s][^*]*)\*", r"<i>\1</i>", escape(text))


def _signs(text: str) -> str:
    text = f"−{text[1:]}" if text.startswith("-") else text
    for written, sign in _SIGNS:
        text = text.replace(written, sign)
    return escape(text)


# -- changes ----------------------------------------------------------------------------------------------------------

MOST_CHANGES = 40


def changes(found: Sequence[Difference], template: str) -> str:
    """What differs from the template that the document was opened from; each leads to where it is."""
    if not found:
        return ""
    items = [f"<li>{_change(one)}</li>" for one in found[:MOST_CHANGES]]
    if len(found) > MOST_CHANGES:
        items.append(f"<li class='muted'>and {len(found) - MOST_CHANGES} more</li>")
    return f"{heading(f'Changed since the template {template}')}<ul>{''.join(items)}</ul>"


def _change(one: Difference) -> str:
    if not one.path.graph:
        return escape(one.text)
    parts = (one.path.graph, one.path.node) if one.path.node else (one.path.graph,)
    return f"<a href='{_href(PLACE, *parts)}' title='Show it'>{escape(one.text)}</a>"


# -- evidence ---------------------------------------------------------------------------------------------------------


def evidence(goal: Goal | None, preset: str, found: Receipt | None, *, warning: str = "", is_template: bool) -> str:
    """What a template's quick preset has to reach, what misses it, and what was measured (or why that says little)."""
    parts = [_goal(goal, preset)] if goal is not None else []
    if found is not None:
        parts.append(_measured(found, warning))
    elif is_template:
        parts.append("<p>Measured: not yet. Nobody has trained it from four seeds and kept the figures.</p>")
    return f"{heading('Does it learn?')}{''.join(parts)}" if parts else ""


def _goal(goal: Goal, preset: str) -> str:
    bound = f"at least {goal.at_least:g}" if goal.at_least is not None else f"at most {goal.at_most:g}"
    lines = [f"Goal of <span class='code'>{escape(preset)}</span>: {escape(goal.metric)} on {escape(goal.evaluation)} "
             f"{bound}."]  # fmt: skip
    if goal.baseline:
        lines.append(f"Baseline: {escape(goal.baseline)}.")
    if goal.ruin:
        lines.append(f"Spoilt on purpose: {escape(goal.ruin)}.")
    return f"<p>{'<br>'.join(lines)}</p>"


def _measured(found: Receipt, warning: str) -> str:
    threads = "one thread" if found.threads == 1 else f"{found.threads} threads"
    rows = [
        f"<tr><td>{escape(seed)}</td><td>{one.value:.4g}</td><td>{one.steps:,}</td><td>{duration(one.seconds)}</td></tr>"
        for seed, one in found.seeds.items()
    ] + _missed(found)
    heads = "".join(f"<td class='muted'>{head}</td>" for head in ("Seed", escape(found.goal.metric), "Steps", "Time"))
    said = f"Measured on {escape(found.date)}, {escape(found.machine)}, {threads}:"
    if warning:
        said = f"<span class='warning'>{escape(warning)}</span> {said}"
    return f"<p>{said}</p><table><tr>{heads}</tr>{''.join(rows)}</table>"


def _missed(found: Receipt) -> list[str]:
    """Rows of what must miss the goal: the document without its idea, and the strongest cheap answer."""
    rows = []
    if found.ruin is not None:
        one = found.ruin.measured
        rows.append((f"Spoilt: {found.ruin.what}", one.value, f"{one.steps:,}", duration(one.seconds)))
    best = strongest(found)
    if best is not None:
        rows.append((f"Cheap: {best[0]}", best[1], "", ""))
    return [
        "<tr>"
        + "".join(f"<td class='muted'>{escape(text)}</td>" for text in (what, f"{value:.3g}", steps, seconds))
        + "</tr>"
        for what, value, steps, seconds in rows
    ]

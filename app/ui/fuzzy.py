"""Ranking by a few typed letters: what palette, search popup and command palette share. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

EXACT, PREFIX, WORD, INSIDE, SCATTERED = 1000, 800, 600, 400, 200


def match(query: str, text: str) -> int:
    """How well a text answers the query; 0 where it does not. Shorter texts win among equals."""
    wanted, given = query.casefold().strip(), text.casefold()
    if not wanted:
        return 1
    if given == wanted:
        return EXACT
    if given.startswith(wanted):
        return PREFIX - min(len(given), 99)
    at = given.find(wanted)
    if at >= 0:
        begins_word = not given[at - 1].isalnum() or text[at].isupper()
        return (WORD if begins_word else INSIDE) - min(len(given), 99)
    return _scattered(wanted, given, text)


def _scattered(wanted: str, given: str, text: str) -> int:
    """Letters in order with gaps, best where they begin words: ``bn2`` finds BatchNorm2d."""
    position, starts, gap = -1, 0, 0
    for letter in wanted:
        if letter == " ":
            continue
        found = given.find(letter, position + 1)
        if found < 0:
            return 0
        starts += found == 0 or text[found].isupper() or text[found].isdigit() or not given[found - 1].isalnum()
        gap += found - position - 1
        position = found
    letters = sum(letter != " " for letter in wanted)
    return max(SCATTERED + 20 * starts - gap, 1) if starts * 2 >= letters else 0


def rank(query: str, name: str, synonyms: Sequence[str] = (), summary: str = "") -> int:
    """A score over all that a thing is known by: its name first, then its synonyms, then its description."""
    best = match(query, name)
    for synonym in synonyms:
        best = max(best, match(query, synonym) - 50)
    words = query.casefold().split()
    if best <= SCATTERED and len(query.strip()) > 2 and words:
        described = summary.casefold()
        if all(word in described for word in words):
            best = max(best, SCATTERED // 2)
    return max(best, 0)


def best(query: str, items: Iterable[Item], known_by: Callable[[Item], tuple[str, Sequence[str], str]]) -> list[Item]:
    """The items that answer the query, best first; in their own order where nothing was typed."""
    scored = [(rank(query, *known_by(item)), number, item) for number, item in enumerate(items)]
    if not query.strip():
        return [item for _, _, item in scored]
    return [item for score, _, item in sorted(scored, key=lambda entry: (-entry[0], entry[1])) if score > 0]

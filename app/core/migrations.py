"""How documents written by older versions become today's: one function per version, on the raw JSON object.

``STEPS[n]`` turns an object of version ``n`` into one of version ``n + 1`` and need not touch the version itself.
Migrations see plain dicts and lists, never today's structs, so that they stay right when the structs move on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

VERSION = 1
"""The version that this program writes."""

Migration = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Migration] = {}
"""Empty while version 1 is the only one that was ever released."""


def migrate(raw: dict[str, Any], version: int, steps: Mapping[int, Migration]) -> dict[str, Any] | None:
    """The object at today's version, or None where a step is missing."""
    while version < VERSION:
        step = steps.get(version)
        if step is None:
            return None
        raw = step(raw)
        version += 1
    return {**raw, "version": VERSION}

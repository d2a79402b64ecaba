"""Which Python of documents may run here: digests of texts that the person has read and allowed, one per line.

A text is allowed by its content alone, so that a document may be moved and renamed, and another text under the same
name asks again. No Qt, no torch.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from app import paths

NAME = "allowed-code.txt"


class AllowedError(Exception):
    """The list cannot be written; the message is a sentence."""


def file() -> Path:
    return paths.settings() / NAME


def is_digest(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def allowed() -> frozenset[str]:
    """The digests; none where the list is not there or cannot be read, since asking again does no harm."""
    try:
        lines = file().read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(filter(is_digest, lines))


def allow(digests: Iterable[str]) -> frozenset[str]:
    """Let these run from now on, and give all that may; raises AllowedError."""
    known = allowed()
    all_of_them = known | frozenset(digests)
    if all_of_them != known:
        _write("".join(f"{one}\n" for one in sorted(all_of_them)))
    return all_of_them


def _write(text: str) -> None:
    """All of it or nothing: two windows may allow at the same time."""
    target, temporary = file(), ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{NAME}.", dir=target.parent)
        with open(handle, "w", encoding="ascii") as stream:
            stream.write(text)
        os.replace(temporary, target)
        temporary = ""
    except OSError as error:
        raise AllowedError(f"“{target}” cannot be written: {error.strerror or error}.") from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

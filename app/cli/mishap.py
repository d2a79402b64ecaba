"""A mistake of Netloom's own: a sentence for the user, the traceback in a file for whoever mends it."""

from __future__ import annotations

import contextlib
import tempfile
import traceback
from pathlib import Path

from app import paths
from app.cli.console import Exit, RefusedError


def told(error: Exception) -> RefusedError:
    """What happened, and where the details are."""
    text = "".join(traceback.format_exception(error))
    what = f"Netloom made a mistake ({type(error).__name__}: {error}). Nothing of yours was changed by it."
    file = _written(text)
    where = f"The details are in {file}. Please report them." if file is not None else f"Please report this:\n{text}"
    return RefusedError(f"{what}\n{where}", Exit.ENGINE)


def _written(text: str) -> Path | None:
    """The file that holds the details; None where none can be written."""
    for folder in (paths.cache, lambda: Path(tempfile.mkdtemp(prefix="netloom-"))):
        with contextlib.suppress(OSError):
            file = folder() / "last-mistake.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", errors="backslashreplace")
            return file
    return None

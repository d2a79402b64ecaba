"""A mistake of Netloom's own: a sentence for the user, the traceback in a file for whoever mends it."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from app import paths
from app.cli.console import Exit, say


def told(error: Exception) -> int:
    """Say what happened and where the details are; gives the exit code."""
    text = "".join(traceback.format_exception(error))
    say(f"Netloom made a mistake ({type(error).__name__}: {error}). Nothing of yours was changed by it.")
    try:
        folder = paths.cache()
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "last-mistake.txt"
        file.write_text(text, encoding="utf-8")
    except OSError:
        file = Path(tempfile.mkdtemp()) / "netloom-mistake.txt"
        file.write_text(text, encoding="utf-8")
    say(f"The details are in {file}. Please report them.")
    return Exit.ENGINE

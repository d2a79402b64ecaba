"""The command line: ``netloom`` opens the editor, ``netloom FILE-OR-TEMPLATE`` a document, and verbs do without it."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """What the ``netloom`` command does; gives the exit code."""
    try:
        from app.cli.entry import run  # inside, so that Ctrl-C while it is loaded is no traceback

        return run(arguments)
    except KeyboardInterrupt:
        return 130


def editor() -> int:
    """What ``netloom-editor`` does: the same, for a desktop entry that has no terminal."""
    return main()

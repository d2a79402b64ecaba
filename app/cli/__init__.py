"""The command line: ``netloom`` opens the editor, ``netloom FILE-OR-TEMPLATE`` a document, and verbs do without it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from app.cli.console import Exit, RefusedError, give_failure, say


def main(arguments: Sequence[str] | None = None) -> int:
    """What the ``netloom`` command does; gives the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _dispatched(given)
    except RefusedError as refused:
        give_failure(refused, as_json="--json" in given)
        return refused.code
    except KeyboardInterrupt:
        say("Interrupted.")
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has had enough: `netloom code gpt2 | head`
        _forget_output()
        return Exit.DONE
    except Exception as error:
        from app.cli.mishap import told

        return told(error)


def editor() -> int:
    """What ``netloom-editor`` does: the same, for a desktop entry that has no terminal."""
    return main()


def _dispatched(given: list[str]) -> int:
    """Before typer, since an optional argument there would swallow the verbs."""
    from app.cli.verbs import VERBS, call

    if not given:
        return _open(None)
    if given[0] == "open" and len(given) == 2 and not given[1].startswith("-"):
        return _open(given[1])
    if given[0].startswith("-") or given[0] in VERBS or len(given) > 1:
        return call(given)
    return _open(given[0])


def _open(target: str | None) -> int:
    from app.cli.window import open_window

    return open_window(target)


def _forget_output() -> None:
    """Let the interpreter's end not stumble over the closed pipe."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

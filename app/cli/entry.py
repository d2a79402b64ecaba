"""From the words of the command line to a verb or the editor, and from whatever comes of it to an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from app.cli.console import Exit, RefusedError, forget_output, give_failure, say


def run(arguments: Sequence[str] | None) -> int:
    """Do what was asked; gives the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _dispatched(given)
    except RefusedError as refused:
        return _refused(refused, given)
    except KeyboardInterrupt:
        say("Interrupted.")
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has had enough: `netloom code gpt2 | head`
        forget_output()
        return Exit.DONE
    except Exception as error:
        from app.cli.mishap import told

        return _refused(told(error), given)


def _refused(refused: RefusedError, given: Sequence[str]) -> int:
    try:
        give_failure(refused, as_json="--json" in given)
    except (RefusedError, BrokenPipeError):  # nobody reads it
        forget_output()
    return refused.code


def _dispatched(given: list[str]) -> int:
    """Before typer, since an optional argument there would swallow the verbs."""
    from app.cli.verbs import VERBS, call

    try:
        os.getcwd()
    except OSError as error:
        raise RefusedError("The folder that you are in is no longer there. Change to another one.") from error
    if not given:
        return _open(None)
    if given[0] == "open" and len(given) == 2 and not given[1].startswith("-"):
        return _open(given[1])
    if given[0].startswith("-") or given[0] in VERBS or len(given) > 1:
        return call(given)
    return _open(given[0])


def _open(target: str | None) -> int:
    from app.cli.window import open_window

    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # no exception may come out of the middle of a window's event
    return open_window(target)

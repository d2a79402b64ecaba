"""The command line: ``netloom`` opens the editor, ``netloom FILE-OR-TEMPLATE`` a document, and verbs do without it."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

SIGNALS = signal.SIGINT, signal.SIGTERM


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or a wish to end by SIGTERM: what is at work is stopped, and kept.

    A class of its own: where a plain KeyboardInterrupt has come through ``exec`` (as in dataclasses), Python ends by
    the signal whatever the program gives back.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """What the ``netloom`` command does, as a process of its own; gives the exit code."""
    try:
        _listen()  # before anything is loaded: a signal in that time is no traceback and no other exit code, either
        from app.cli.entry import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130
    finally:
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)  # it is done; the exit code says how


def editor() -> int:
    """What ``netloom-editor`` does: the same, for a desktop entry that has no terminal."""
    return main()


def _listen() -> None:
    """To those signals that whoever started us does not keep from us."""
    for one in SIGNALS:
        if signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted

"""What the command line says, and where: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import TextIO

import msgspec

from app.core.problems import Problem, Severity


class Exit(IntEnum):
    """How a verb ended."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    MISSED = 3
    ENGINE = 4
    INTERRUPTED = 130


class ProblemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One problem: where it is, the sentence, and what would mend it. ``preset``: the first that it shows under."""

    graph: str
    node: str
    part: str
    severity: str
    message: str
    fixes: tuple[str, ...] = ()
    preset: str = ""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` gives where a verb could not do its work."""

    error: str
    exit: int
    problems: tuple[ProblemRow, ...] = ()


class RefusedError(Exception):
    """Something that the user can mend; the message is a sentence."""

    def __init__(self, message: str, code: Exit = Exit.PROBLEMS, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.problems = tuple(problems)


def rows(problems: Sequence[Problem], *, preset: str = "") -> tuple[ProblemRow, ...]:
    """Problems as a reader of ``--json`` gets them."""
    return tuple(
        ProblemRow(
            graph=problem.path.graph,
            node=problem.path.node,
            part=problem.path.part,
            severity=problem.severity.value,
            message=problem.message,
            fixes=tuple(fix.label for fix in problem.fixes if fix.label),
            preset=preset,
        )
        for problem in problems
    )


def sentence(problem: Problem, preset: str = "") -> str:
    """A problem on one line: where, what, and what would mend it; and the preset where that is to be said."""
    under = f"(preset {preset}) " if preset else ""
    kind = "" if problem.severity is Severity.ERROR else f"{problem.severity.value}: "
    fixes = [fix.label for fix in problem.fixes if fix.label]
    remedy = f" (To mend it: {'; or '.join(fixes)}.)" if fixes else ""
    return harmless(f"{problem.path}: {under}{kind}{problem.message}{remedy}")


def say(text: str) -> None:
    """A line for whoever watches, on standard error; where nobody can, the work goes on."""
    write_error(harmless(text) + "\n")


def write_error(text: str) -> None:
    """Text as it is on standard error, where there is one that takes it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(fitting(text, sys.stderr))
            sys.stderr.flush()


def harmless(text: str) -> str:
    """A document's words for a terminal: what would move its cursor or change its colours is spelled out."""
    return "".join(one if one in "\n\t" or one.isprintable() else ascii(one)[1:-1] for one in text)


def fitting(text: str, stream: TextIO | None) -> str:
    """The text with plainer signs where the stream's encoding lacks the finer ones."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return text.translate(_PLAINER)
    return text


_PLAINER = str.maketrans({"“": '"', "”": '"', "×": "x", "…": "...", "→": "->", "─": "-", "█": "#", "░": "."})


def put(text: str) -> None:
    """The result, on standard output, with the same bytes on every system."""
    if sys.stdout is None:  # it was closed by whoever called
        return
    data = text if text.endswith("\n") or not text else text + "\n"
    stream = getattr(sys.stdout, "buffer", None)
    try:
        sys.stdout.flush()
        if stream is None:
            sys.stdout.write(data)
        else:
            stream.write(data.encode(errors="surrogateescape"))  # a file's name need not be Unicode
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()
        reason = error.strerror or error
        raise RefusedError(f"The result cannot be written to standard output: {reason}. Lead it elsewhere.") from error


def forget_output() -> None:
    """Let the interpreter's end not stumble over what standard output could not take."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _json(result: msgspec.Struct) -> str:
    try:
        return msgspec.json.encode(result).decode()
    except UnicodeEncodeError:  # a file's name need not be Unicode; Python's own reader gives back these bytes
        return json.dumps(msgspec.to_builtins(result))


def give(result: msgspec.Struct, text: str, *, as_json: bool) -> None:
    """The result as one JSON object, or as text."""
    put(_json(result) if as_json else text)


def give_failure(refused: RefusedError, *, as_json: bool) -> None:
    """The sentence, and the problems behind it."""
    say(str(refused))
    for problem in refused.problems:
        say(f"  {sentence(problem)}")
    if as_json:
        failure = Failure(error=str(refused), exit=refused.code, problems=rows(refused.problems))
        put(_json(failure))


def table(header: Sequence[str], lines: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Columns under their names; those in ``right`` hold numbers."""
    lines = [[harmless(cell) for cell in line] for line in lines]
    widths = [max(len(line[column]) for line in (header, *lines)) for column in range(len(header))]
    rendered = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (header, tuple("─" * width for width in widths), *lines)
    ]
    return "\n".join(rendered)

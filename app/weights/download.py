"""A file from a server: with progress, checked by its digest, cancelled at any time, and gone on with where it broke.

What has come lies in ``FILE.part`` beside its later place, and ``FILE.part.json`` says which version of the file that
is. The whole file gets its name when its digest is right, and never before.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from app.core.demand import as_bytes
from app.weights.transfer import Answer, DownloadError, RangeError, ask, broken

CHUNK = 1 << 16
TELL_SECONDS = 0.1
LARGEST = 20 * 10**9
"""Bytes that no file of weights here comes near."""

LEEWAY = 1.05
"""Sizes that are stated in megabytes are round."""

TRIES = 3
"""A connection that breaks is taken up again by itself so often, as long as something came each time."""

Tell = Callable[[int, int | None], None]
Cancelled = Callable[[], bool]


class CancelledError(Exception):
    """Somebody asked for the end; what has come is kept."""


class Wanted(Struct, frozen=True, kw_only=True):
    """``sha256``: the digest, or how it begins; empty where the server has to say it. ``size``: bytes, about."""

    url: str
    sha256: str = ""
    size: int | None = None


class Fetched(Struct, frozen=True, kw_only=True):
    """What is known of a file that is here. ``checked``: what its digest was compared with."""

    url: str
    sha256: str
    size: int
    checked: str = ""


class _Part(Struct, frozen=True, kw_only=True):
    """Which version of the file has come in part, and the digest that the server gave for it."""

    url: str
    validator: str = ""
    digest: str = ""


def download(
    wanted: Wanted, target: Path, *, tell: Tell = lambda _done, _all: None, cancelled: Cancelled = lambda: False
) -> Fetched:
    """Bring the file to its place. DownloadError says in a sentence why it cannot be had, CancelledError that it was
    given up; in both cases what has come is kept, unless it is wrong.
    """
    with _told(target), _alone(target, cancelled):
        known = read_record(target)
        if known is not None and target.exists() and known.sha256.startswith(wanted.sha256):
            return known  # another process was faster
        tries = 0
        while True:
            before = _size(_part(target))
            try:
                return _attempt(wanted, target, tell, cancelled)
            except RangeError:
                _forget(target)
                if before == 0:
                    raise
            except DownloadError as error:
                tries = tries + 1 if _size(_part(target)) > before else TRIES
                if not error.may_go_on or tries >= TRIES:
                    raise


def read_record(target: Path) -> Fetched | None:
    """What was written down of a file when it came."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(_record(target).read_bytes(), type=Fetched)
    return None


def digest_of(path: Path, tell: Tell = lambda _done, _all: None, cancelled: Cancelled = lambda: False) -> str:
    """SHA-256 of a file that is here."""
    size, done, speak = _size(path), 0, _Speaker(tell)
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            _give_way(cancelled)
            found.update(block)
            done += len(block)
            speak(done, size)
    return found.hexdigest()


# -- one attempt ----------------------------------------------------------------------------------------------------


def _attempt(wanted: Wanted, target: Path, tell: Tell, cancelled: Cancelled) -> Fetched:
    part, note = _part(target), _note(target, wanted.url)
    start = _size(part) if note is not None else 0
    answer = ask(wanted.url, start=start, validator=note.validator if note is not None else "")
    with answer.response:
        if not answer.is_part or answer.first != start:
            start = 0
        note = _Part(url=wanted.url, validator=answer.validator, digest=answer.digest or _digest(note, start))
        expected = wanted.sha256 or note.digest
        if not expected:
            raise DownloadError(
                f"{answer.host} gives no digest for this file, so it could not be checked. Get it there, and load it."
            )
        if answer.digest and not answer.digest.startswith(wanted.sha256):
            raise DownloadError(
                f"{answer.host} has another file at this place than the one that was published (its SHA-256 begins "
                f"with {answer.digest[:8]}, and {expected[:8]} is expected). It was not fetched."
            )
        _refuse_size(wanted, answer, target, start)
        _write_json(_beside(part), note)
        found = hashlib.sha256()
        with open(part, "r+b" if start else "wb") as file:
            _read_again(file, start, found, cancelled)
            size = _receive(answer, file, start, found, wanted, tell, cancelled)
            file.flush()
            os.fsync(file.fileno())
    return _keep(wanted, target, found.hexdigest(), size, expected, answer.host)


def _digest(note: _Part | None, start: int) -> str:
    return note.digest if note is not None and start else ""


def _read_again(file: BinaryIO, start: int, found: hashlib._Hash, cancelled: Cancelled) -> None:
    """What has come before belongs to the digest, too."""
    left = start
    while left:
        _give_way(cancelled)
        block = file.read(min(left, 1 << 20))
        if not block:
            raise DownloadError("What has come of the file was changed meanwhile. Try again.")
        found.update(block)
        left -= len(block)


def _receive(
    answer: Answer, file: BinaryIO, start: int, found: hashlib._Hash, wanted: Wanted, tell: Tell, cancelled: Cancelled
) -> int:
    """Write what the server sends; gives the bytes that there are in the end."""
    done, total, speak, most = start, answer.total, _Speaker(tell), _most(wanted)
    while total is None or done < total:
        _give_way(cancelled)
        try:
            block = answer.response.read1(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise broken(error, answer.host) from error
        if not block:
            break
        file.write(block)
        found.update(block)
        done += len(block)
        if done > most or (total is not None and done > total):
            raise DownloadError(f"{answer.host} sends more than this file can have ({as_bytes(most)}). It was left.")
        speak(done, total)
    if total is not None and done < total:
        raise DownloadError(
            f"The connection to {answer.host} ended after {as_bytes(done)} of {as_bytes(total)}. What has come is "
            "kept; try again to go on from there.",
            may_go_on=True,
        )
    tell(done, total or done)
    return done


def _keep(wanted: Wanted, target: Path, digest: str, size: int, expected: str, host: str) -> Fetched:
    """Give the file its name, if it is the one that was meant."""
    if not digest.startswith(expected.lower()):
        _forget(target)
        raise DownloadError(
            f"What came from {host} is not the file that was published: its SHA-256 begins with {digest[:8]}, and "
            f"{expected[:8].lower()} is expected. It was thrown away; try again, or load a file that you have."
        )
    fetched = Fetched(url=wanted.url, sha256=digest, size=size, checked=_check(wanted))
    _write_json(_record(target), fetched)
    os.replace(_part(target), target)
    _beside(_part(target)).unlink(missing_ok=True)
    return fetched


def _check(wanted: Wanted) -> str:
    """What a digest is compared with, in words."""
    if not wanted.sha256:
        return "the SHA-256 that the server gave"
    known = len(wanted.sha256)
    return "its SHA-256" if known == 64 else f"the first {known} digits of its SHA-256, as its name carries them"


# -- limits ---------------------------------------------------------------------------------------------------------


def _most(wanted: Wanted) -> int:
    return LARGEST if wanted.size is None else int(wanted.size * LEEWAY) + (1 << 20)


def _refuse_size(wanted: Wanted, answer: Answer, target: Path, start: int) -> None:
    """Before anything is written: a file that is too large, or too large for this disk."""
    total = answer.total if answer.total is not None else wanted.size
    if total is None:
        return
    if total > _most(wanted):
        raise DownloadError(
            f"{answer.host} has a file of {as_bytes(total)}, where {as_bytes(wanted.size or LARGEST)} are expected. "
            "It was not fetched; load a file that you have."
        )
    free = shutil.disk_usage(target.parent).free
    if free < total - start:
        raise DownloadError(
            f"The file takes {as_bytes(total - start)} more, and the disk of “{target.parent}” has {as_bytes(free)} "
            "left. Free some space and try again."
        )


def _give_way(cancelled: Cancelled) -> None:
    if cancelled():
        raise CancelledError


class _Speaker:
    """Tells how far it is, a few times a second."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._at = tell, 0.0

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._at >= TELL_SECONDS:
            self._at = now
            self._tell(done, total)


# -- files ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _alone(target: Path, cancelled: Cancelled) -> Iterator[None]:
    """One download of a file at a time, whichever process does it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.with_name(target.name + ".lock"))
    while True:
        _give_way(cancelled)
        with contextlib.suppress(Timeout):
            lock.acquire(timeout=0.2)
            break
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """What the disk does, as a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            message = f"The disk of “{target.parent}” is full. What has come is kept; free some space and try again."
            raise DownloadError(message) from error
        raise DownloadError(f"“{target.parent}” cannot be written to: {error.strerror or error}.") from error


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _record(target: Path) -> Path:
    return _beside(target)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _note(target: Path, url: str) -> _Part | None:
    """What is known of the part that lies there; None where there is none, or of another address."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        note = msgspec.json.decode(_beside(_part(target)).read_bytes(), type=_Part)
        return note if note.url == url and _part(target).exists() else None
    return None


def _forget(target: Path) -> None:
    for path in (_part(target), _beside(_part(target))):
        path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def _write_json(path: Path, value: Struct) -> None:
    part = path.with_name(path.name + ".new")
    part.write_text(json.dumps(msgspec.to_builtins(value), indent=1), encoding="utf-8")
    os.replace(part, path)

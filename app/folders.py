"""Folders that are there whole or not at all, also where the disk is full or somebody ends the program half-way."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_HIDDEN = ".netloom-"


@contextlib.contextmanager
def whole(folder: Path, *, new: bool = False) -> Iterator[Path]:
    """A temporary folder to write into; what is in it gets its place in ``folder`` where the block ends well.

    A folder that is not there appears by one renaming. Into one that is there, each file is moved when all of them are
    written, in place of a file of that name. FileExistsError where it has to be ``new``, or came to be meanwhile.
    """
    is_new = not folder.exists()
    if new and not is_new:
        raise _taken(folder)
    made = _make_parents(folder) if is_new else None
    staged: Path | None = None
    try:
        staged = Path(tempfile.mkdtemp(prefix=_HIDDEN, dir=folder.parent if is_new else folder))
        yield staged
        if is_new:
            _open_to_all(staged)
            _rename(staged, folder)
        else:
            _move_files(staged, folder)
    except BaseException:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)
        if made is not None:
            _take_away_empty(folder.parent, made)
        raise


def _make_parents(folder: Path) -> Path:
    """Make the folders above, and give the lowest one that was there."""
    there = next(parent for parent in folder.absolute().parents if parent.exists())
    if not there.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "a part of the path is a file", str(there))
    folder.parent.mkdir(parents=True, exist_ok=True)
    return there


def _take_away_empty(folder: Path, until: Path) -> None:
    """Remove the folders that were made above it, as far as nothing else is in them."""
    with contextlib.suppress(OSError):
        for parent in (folder.absolute(), *folder.absolute().parents):
            if parent == until:
                return
            parent.rmdir()


def _open_to_all(folder: Path) -> None:
    """The rights of an ordinary new folder: a temporary one is its maker's alone."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(folder, 0o777 & ~mask)


def _rename(staged: Path, folder: Path) -> None:
    if folder.exists():  # an empty one would be replaced without a word
        raise _taken(folder)
    try:
        os.rename(staged, folder)
    except OSError as error:
        raise (_taken(folder) if folder.exists() else error) from None


def _taken(folder: Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, "it is there already", str(folder))


def _move_files(staged: Path, folder: Path) -> None:
    for file in sorted(path for path in staged.rglob("*") if path.is_file()):
        target = folder / file.relative_to(staged)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, target)
    shutil.rmtree(staged)

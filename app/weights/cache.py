"""Where published files lie once they have come: in the cache, under the path of their address."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from app import paths
from app.weights.download import Cancelled, Fetched, Tell, Wanted, digest_of, download, read_record


def folder() -> Path:
    """All files of weights that were fetched."""
    return paths.cache() / "weights"


def place(wanted: Wanted) -> Path:
    """Where the file of an address lies: ``weights/huggingface.co/openai-community/gpt2/…``."""
    parts = urlsplit(wanted.url)
    named = [part for part in parts.path.split("/") if part not in ("", ".", "..")]
    host = parts.netloc.replace(":", "_")
    return folder().joinpath(*(_plain(part) for part in (host, *named)))


def is_here(wanted: Wanted) -> bool:
    """Whether the file was fetched before; what is in it is looked at when it is used."""
    return place(wanted).is_file()


def fetch(
    wanted: Wanted, *, tell: Tell = lambda _done, _all: None, cancelled: Cancelled = lambda: False
) -> tuple[Path, Fetched]:
    """The file, out of the cache where it still is what it was, else from its server."""
    target = place(wanted)
    record = read_record(target)
    if target.is_file():
        digest = digest_of(target, tell, cancelled)
        if record is not None and digest == record.sha256 and digest.startswith(wanted.sha256):
            return target, record
        target.unlink()
    return target, download(wanted, target, tell=tell, cancelled=cancelled)


def clear() -> int:
    """Throw all files away; gives how many bytes that made free."""
    freed = sum(path.stat().st_size for path in folder().rglob("*") if path.is_file())
    shutil.rmtree(folder(), ignore_errors=True)
    return freed


def _plain(part: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in part)

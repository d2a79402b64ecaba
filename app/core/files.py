"""Documents as files: strict JSON that a person can read, compare and mend. Opening one executes nothing.

One node and one wire per line, stable key order, defaults left out, positions in a section of their own. What this
version does not know on a node, a graph or the document is kept as it stood; unknown blocks are ordinary names here.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from msgspec import Raw

from app.core import migrations
from app.core.document import Document, Graph, Node
from app.core.file_schema import OPEN, Place, known_fields, opener, plain, schema

LARGEST_FILE = 64 * 2**20
MOST_ERRORS = 20


class FileError(Exception):
    """A file that cannot be read or written. The message says where, what was expected, and what to do.

    ``errors`` holds one line per thing that is wrong.
    """

    def __init__(self, message: str, errors: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.errors = errors or (message,)


class _Header(msgspec.Struct):
    version: int | None = None


# --- Reading ------------------------------------------------------------------------------------------------------


def read(path: str | os.PathLike[str]) -> Document:
    """The document in a file; FileError where there is none that can be opened."""
    name = os.fspath(path)
    try:
        # A pipe without a writer would be waited for at its opening.
        with open(path, "rb", opener=lambda file, flags: os.open(file, flags | getattr(os, "O_NONBLOCK", 0))) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise FileError(f"“{name}” is not an ordinary file. Choose a .netloom file.")
            if found.st_size > LARGEST_FILE:
                _too_large(name)
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileError(f"“{name}” cannot be read: {_reason(error)}. Choose a .netloom file that can.") from error
    return decode(data, name)


def decode(data: bytes, source: str = "") -> Document:
    """The document that the bytes hold. ``source`` names them in messages."""
    name = source or "The document"
    if len(data) > LARGEST_FILE:
        _too_large(name)
    try:
        data.decode()  # also where the JSON decoder skips
        data = data.removeprefix(b"\xef\xbb\xbf")
        twice = _keys_twice(data)
        data = _todays(data, name)
        if twice:
            _refuse(name, twice, "Take one of each away in a text editor, or open a backup")
        decoded = msgspec.json.decode(data, type=schema(Document))
        unknown = _unknown(data)
    except UnicodeDecodeError as error:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            _refuse(name, ["it is text in UTF-16"], "Save it as UTF-8 in a text editor")
        _refuse(name, [f"it is not UTF-8 text (byte {error.start})"], "Choose a .netloom file, or a backup of this one")
    except msgspec.ValidationError as error:
        _refuse(name, [typed(str(error))], "Correct that place in a text editor, or open a backup")
    except msgspec.DecodeError as error:
        where = _line_of(data, str(error))
        _refuse(name, [f"it is not complete JSON: {where}"], "Correct that place in a text editor, or open a backup")
    except RecursionError:
        _refuse(name, ["it is nested far too deeply for a document"], "Open a backup")
    errors: list[str] = []

    def report(place: Place, what: str) -> None:
        errors.append(f"{place}: {what}")
        if len(errors) > MOST_REPORTED:
            raise _EnoughError

    with contextlib.suppress(_EnoughError):  # what is wrong in so many places was never a document
        document = opener(Document)(decoded, Place(None, ""), report)
    if errors:
        _refuse(name, errors, "Correct these places in a text editor, or open a backup")
    return _with_unknown(document, unknown) if unknown else document


MOST_REPORTED = 1000
"""Places that are wrong after which nobody looks for more."""


class _EnoughError(Exception):
    """So much is wrong that the rest does not matter."""


def _too_large(name: str) -> NoReturn:
    raise FileError(
        f"“{name}” is larger than {LARGEST_FILE // 2**20} MB, which no document is. Weights belong into a .safetensors "
        "file beside it."
    )


def _refuse(name: str, errors: list[str], remedy: str) -> NoReturn:
    shown = "; ".join(errors[:MOST_ERRORS])
    many = "many" if len(errors) > MOST_REPORTED else str(len(errors) - MOST_ERRORS)
    more = f"; and {many} more" if len(errors) > MOST_ERRORS else ""
    raise FileError(f"“{name}” cannot be opened: {shown}{more}. {remedy}.", tuple(errors)) from None


def _todays(data: bytes, name: str) -> bytes:
    """The same file at today's version."""
    try:
        version = msgspec.json.decode(data, type=_Header).version
    except msgspec.ValidationError as error:
        _refuse(name, [typed(str(error))], "A document is one JSON object with a whole number as “version”")
    if version is None:
        _refuse(name, ["it has no “version”, so it is not a Netloom document"], "Choose a .netloom file")
    if version == migrations.VERSION:
        return data
    if version > migrations.VERSION:
        raise FileError(
            f"“{name}” was written by a newer Netloom (file version {_shortened(version)}; this one reads up to "
            f"{migrations.VERSION}). It was left as it is; update Netloom to open it."
        )
    moved = migrations.migrate(msgspec.json.decode(data), version, migrations.STEPS)
    if moved is None:
        _refuse(name, [f"there is no file version {version}"], "Set “version” to the one that wrote it")
    return msgspec.json.encode(moved)


def _shortened(number: int) -> str:
    return str(number) if abs(number) < 10**9 else "far beyond any"


def _keys_twice(data: bytes) -> list[str]:
    """Keys that stand twice in one object: which of the values is meant, nothing says."""
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            often = Counter(key for key, _ in pairs)
            twice = ", ".join(f"“{key[:40]}”" for key, times in often.most_common(5) if times > 1)
            named = next(
                (f" of “{value[:40]}”" for key, value in pairs if key in _NAMES and isinstance(value, str)), ""
            )
            found.append(f"{twice} stands twice in the object{named}")
        return made

    with contextlib.suppress(json.JSONDecodeError):  # told in full by the strict decoder
        json.loads(data, object_pairs_hook=look, parse_int=str, parse_float=str)
    return found


_NAMES = ("id", "name", "title")


def _unknown(data: bytes) -> dict[tuple[int, ...], dict[str, Raw]]:
    """The fields that this version does not know, as they stand: () the document's, (g,) a graph's, (g, n) a node's."""
    found: dict[tuple[int, ...], dict[str, Raw]] = {}

    def keep(where: tuple[int, ...], raw: dict[str, Raw], kind: type) -> None:
        if not raw.keys() <= known_fields(kind):
            found[where] = {key: value.copy() for key, value in raw.items() if key not in known_fields(kind)}

    top = msgspec.json.decode(data, type=dict[str, Raw])
    del top["version"]
    keep((), top, Document)
    for g, graph in enumerate(msgspec.json.decode(top.get("graphs", b"[]"), type=list[dict[str, Raw]])):
        keep((g,), graph, Graph)
        for n, node in enumerate(msgspec.json.decode(graph.get("nodes", b"[]"), type=list[dict[str, Raw]])):
            keep((g, n), node, Node)
    return found


def _with_unknown(document: Document, unknown: Mapping[tuple[int, ...], dict[str, Raw]]) -> Document:
    graphs = {}
    for g, (name, graph) in enumerate(document.graphs.items()):
        nodes = {
            identity: msgspec.structs.replace(node, unknown=unknown.get((g, n), {}))
            for n, (identity, node) in enumerate(graph.nodes.items())
        }
        graphs[name] = msgspec.structs.replace(graph, nodes=nodes, unknown=unknown.get((g,), {}))
    return msgspec.structs.replace(document, graphs=graphs, unknown=unknown.get((), {}))


_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def typed(message: str) -> str:
    """A validation error in our own words, its place first."""
    what, _, place = message.partition(" - at ")
    place = re.sub(r"^`?\$\.?|`$", "", place) or "the top"
    expected = re.fullmatch(r"Expected `(.+?)`, got `(.+?)`", what)
    if expected:
        wanted = " or ".join(_WORDS.get(word, word) for word in expected[1].split(" | "))
        return f"at {place}, {wanted} was expected and {_WORDS.get(expected[2], expected[2])} came"
    missing = re.fullmatch(r"Object missing required field `(.+)`", what)
    if missing:
        return f"at {place}, “{missing[1]}” is missing"
    strange = re.fullmatch(r"Object contains unknown field `(.+)`", what)
    if strange:
        return f"at {place}, there is no field “{strange[1]}”"
    if "`int` >=" in what or "`int` <=" in what or "out of range" in what:
        return f"at {place}, the number is beyond ±2^63"
    return f"at {place}: {what.replace('`', '')}"


def _line_of(data: bytes, message: str) -> str:
    """A decoder's byte position as line and column."""
    found = re.fullmatch(r"(?:JSON is malformed: )?(.*?) \(byte (\d+)\)", message)
    if not found:
        return "it ends in the middle" if "truncated" in message else message
    before = data[: int(found[2])]
    column = len(before) - before.rfind(b"\n")
    return f"{found[1]} in line {before.count(10) + 1}, column {column}"


# --- Writing ------------------------------------------------------------------------------------------------------

_LIST: dict[str, Any] = {"*": None}
_OPENED: dict[str, Any] = {
    "arguments": _LIST,
    "graphs": {
        "*": {"arguments": _LIST, "inputs": _LIST, "outputs": _LIST, "nodes": _LIST, "edges": _LIST, "initial": _LIST}
    },
    "models": _LIST,
    "codes": {"*": {"lines": _LIST}},
    "recipe": {"stages": {"*": {"phases": _LIST}}, "evaluations": _LIST, "previews": _LIST},
    "presets": {"*": {"recipe": _LIST}},
    "layout": {"*": {"positions": _LIST, "frames": _LIST}},
}
"""What is spread over several lines: everything named here; all else is one line."""


def encode(document: Document) -> bytes:
    """The document as a file's bytes; the same document always gives the same bytes."""
    errors: list[str] = []
    written = plain(document, Place(None, ""), lambda place, what: errors.append(f"{place}: {what}"))
    if errors:
        raise FileError(f"The document cannot be written: {'; '.join(errors[:MOST_ERRORS])}.", tuple(errors))
    try:
        return b"".join(_rendered({"version": migrations.VERSION, **written}, _OPENED, b"\n")) + b"\n"
    except UnicodeEncodeError as error:
        raise FileError(f"The document holds a text that is not Unicode: {error.object[:40]!r}. Retype it.") from None


def _rendered(value: Any, opened: dict[str, Any] | None, margin: bytes) -> Iterator[bytes]:
    if not value or opened is None or isinstance(value, Raw) or not isinstance(value, dict | list):
        yield _line(value)
        return
    inner = margin + b"  "
    separator = b""
    yield b"{" if isinstance(value, dict) else b"["
    for key in value:
        yield separator + inner
        if isinstance(value, dict):
            yield msgspec.json.encode(key) + b": "
            yield from _rendered(value[key], opened.get(key, opened.get("*")), inner)
        else:
            yield from _rendered(key, opened["*"], inner)
        separator = b","
    yield margin + (b"}" if isinstance(value, dict) else b"]")


def _line(value: Any) -> bytes:
    """A value on one line; raw parts stay byte for byte what they were."""
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, dict) and any(isinstance(part, Raw) for part in value.values()):
        return b"{" + b", ".join(msgspec.json.encode(key) + b": " + _line(part) for key, part in value.items()) + b"}"
    return msgspec.json.format(msgspec.json.encode(value), indent=0)


def write(path: str | os.PathLike[str], document: Document) -> None:
    """Put the document in a file, all of it or nothing: on any failure the old file stays as it was."""
    target = Path(os.path.realpath(path))  # through a link, so that the link stays one
    data = encode(document)
    temporary = ""
    try:
        if target.exists() and not target.is_file():
            raise FileError(f"“{path}” is not an ordinary file. Choose another name.")
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only", str(target))
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _usual_mode() if mode is None else stat.S_IMODE(mode))
        os.replace(temporary, target)
        temporary = ""
        _flush_folder(target.parent)
    except OSError as error:
        kept = " The old file is unchanged." if target.exists() else ""
        raise FileError(f"“{path}” cannot be saved: {_reason(error)}.{kept} Save under another name.") from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _usual_mode() -> int:
    """What a new file's mode would be; a temporary file is made for its owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """Make the renaming last, where a folder can be opened (not on Windows, and not on every network drive)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "part of the path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.EACCES: "it, or the folder that it lies in, may not be changed or read by you",
    errno.EPERM: "the system does not permit it",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota on the disk is used up",
    errno.EFBIG: "the file would be larger than the system allows",
    errno.ENAMETOOLONG: "the name is too long",
}


def _reason(error: OSError) -> str:
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or str(error)).lower()


assert all("unknown" in kind.__struct_fields__ for kind in OPEN)

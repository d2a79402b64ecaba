"""Whatever a file holds, opening it gives a document or a sentence, soon, and executes nothing."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.document import Document
from app.core.files import FileError, decode, encode
from tests.core.strategies import documents

ODD: list[Any] = [
    None, True, 0, -1, 10**18, 10**40, -(2**63) - 1, 1.5, 1e308, "", "=", "=" + "(" * 500, "=__import__('os')", "@",
    "a.b", "@.x", "class", "forward", "\x00", "\u202e", "x" * 10_000, [], [[]], {}, {"a": {}}, [1, "2", None],
    "graph:Net",
]  # fmt: skip

BOUND_S = 2.0


def parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, as its holder and key."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from parts(value[key])


def mutate(value: Any, chance: random.Random) -> None:
    """Do one bad thing somewhere."""
    places = list(parts(value))
    if not places:
        return
    holder, key = chance.choice(places)
    match chance.choice(["drop", "odd", "copy", "twice", "deep", "rename", "add"]):
        case "drop":
            del holder[key]
        case "odd":
            holder[key] = chance.choice(ODD)
        case "copy":
            other, there = chance.choice(places)
            if there in other if isinstance(other, dict) else there < len(other):
                holder[key] = json.loads(json.dumps(other[there]))
        case "twice" if isinstance(holder, list):
            holder.append(json.loads(json.dumps(holder[key])))
        case "deep":
            deep: Any = holder[key]
            for _ in range(chance.choice([1, 20, 200])):
                deep = [deep]
            holder[key] = deep
        case "rename" if isinstance(holder, dict):
            holder[chance.choice(["id", "name", "use", "version", "x", "", "unknown"])] = holder.pop(key)
        case _ if isinstance(holder, dict):
            holder[chance.choice(["__class__", "unknown", "é", "nodes"])] = chance.choice(ODD)
        case _:
            holder.append(chance.choice(ODD))


def opened(data: bytes) -> Document | None:
    """Decode within bounds: a document that can be written and read again, or None after a sentence."""
    started = time.process_time()
    try:
        found = decode(data, "fuzz.netloom")
    except FileError as error:
        found = None
        text = str(error)
    else:
        text = "“fuzz.netloom”."
        assert decode(encode(found)) == found
    assert time.process_time() - started < BOUND_S
    assert text.startswith("“fuzz.netloom”")
    assert text.endswith(".")
    return found


SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(documents(), st.integers(0, 2**32), st.integers(1, 8))
def test_a_mangled_structure_opens_or_is_refused(document: Document, seed: int, count: int) -> None:
    chance = random.Random(seed)
    raw = json.loads(encode(document))
    for _ in range(count):
        mutate(raw, chance)
    opened(json.dumps(raw, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"))


@SLOW
@given(documents(), st.integers(0, 2**32))
def test_mangled_bytes_open_or_are_refused(document: Document, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(encode(document))
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[place:]
            case 1:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 2:
                data[place:place] = data[chance.randrange(len(data) + 1) :][:50]
            case _:
                del data[place : place + chance.randint(1, 20)]
    opened(bytes(data))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda text: f'{{"version": 1, {text}}}'.encode("utf-8", "replace"))
)
def test_any_bytes_open_or_are_refused(data: bytes) -> None:
    opened(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"version": 1, "graphs": ' + b"[" * 10**6,
        b'{"version": 1, "title": "' + b"x" * 10**7 + b'"}',
        b'{"version": 1, "preset": ' + b"9" * 10**6 + b"}",
        b'{"version": ' + b"9" * 10**5 + b"}",
        b'{"version": 1, "arguments": [{"name": "a", "default": ' + b"[" * 500 + b"]" * 500 + b"}]}",
        b'{"version": 1, "strange": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"version": 1, "graphs": [' + b'{"name": "G"},' * 10**5 + b'{"name": "G"}]}',
    ],
)
def test_absurd_sizes_take_no_time(data: bytes) -> None:
    opened(data)


def test_opening_executes_nothing() -> None:
    """Python reports every import, compile, exec, open and process to audit hooks: none comes from a hostile file."""
    hostile = "__import__('os').system('touch /tmp/opened')"
    raw = {
        "version": 1,
        "title": hostile,
        "graphs": [
            {
                "name": hostile,
                "nodes": [
                    {"id": "a", "name": hostile, "use": f"block:{hostile}", "arguments": {"x": f"={hostile}"}},
                    {"id": "b", "use": "block:os.system", "enabled": hostile, "repeat": {"count": f"={hostile}"}},
                ],
            }
        ],
    }
    data = json.dumps(raw).encode()
    decode(data)  # what is imported or made once is there now
    seen: list[str] = []
    watching = [True]

    def watch(event: str, arguments: Any) -> None:
        if watching[0] and event in (
            "exec",
            "compile",
            "import",
            "open",
            "os.system",
            "subprocess.Popen",
            "pickle.find_class",
        ):
            seen.append(event)

    sys.addaudithook(watch)
    try:
        document = decode(data)
    finally:
        watching[0] = False
    assert seen == []
    assert document.title == hostile

"""Downloads against a server on this machine: what servers, networks, disks and people do to them."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.weights import cache, transfer
from app.weights import download as room
from app.weights.download import CancelledError, Fetched, Wanted, download
from app.weights.transfer import DownloadError
from tests.weights.server import File, Server, serving

DATA = bytes(range(256)) * 2000
DIGEST = hashlib.sha256(DATA).hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()


def wanted(url: str, sha256: str = DIGEST[:8]) -> Wanted:
    return Wanted(url=url, sha256=sha256, size=len(DATA))


def left(folder: Path) -> set[str]:
    """What lies in the folder, but for the lock."""
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_a_file_arrives_and_is_told_of(server: Server, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    url = server.put("/net.pth", File(DATA))
    fetched = download(wanted(url), tmp_path / "net.pth", tell=lambda done, total: told.append((done, total)))
    assert (tmp_path / "net.pth").read_bytes() == DATA
    assert fetched == Fetched(url=url, sha256=DIGEST, size=len(DATA), checked=fetched.checked)
    assert "first 8 digits" in fetched.checked
    assert told[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert left(tmp_path) == {"net.pth", "net.pth.json"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: Server, tmp_path: Path, status: int) -> None:
    server.put("/far", File(DATA))
    url = server.put("/near", File(leads="/far", status=status))
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA


def test_a_ring_of_redirects_ends(server: Server, tmp_path: Path) -> None:
    url = server.put("/ring", File(leads="/ring"))
    with pytest.raises(DownloadError, match="HTTP 302"):
        download(wanted(url), tmp_path / "net")


@pytest.mark.parametrize(
    "url", ["http://example.org/net.pth", "ftp://127.0.0.1/net", "file:///etc/passwd", "data:,x", "net.pth", "https:/x"]
)
def test_only_https_is_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="not https"):
        download(wanted(url), tmp_path / "net")
    assert left(tmp_path) == set()


@pytest.mark.parametrize("there", ["http://example.org/net", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_away_from_https_is_not_followed(server: Server, tmp_path: Path, there: str) -> None:
    url = server.put("/net", File(leads=there))
    with pytest.raises(DownloadError, match=r"leads on .*not https"):
        download(wanted(url), tmp_path / "net")


def test_nobody_elsewhere_leads_to_this_machine() -> None:
    with pytest.raises(DownloadError, match="not https"):
        transfer.refuse_unsafe("http://localhost/x", "https://example.org/x")
    transfer.refuse_unsafe("http://localhost/x", "http://127.0.0.1/x")
    transfer.refuse_unsafe("https://elsewhere.org/x", "https://example.org/x")


def test_a_wrong_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA))
    with pytest.raises(DownloadError, match=f"begins with {DIGEST[:8]}, and {OTHER[:8]} is expected"):
        download(wanted(url, OTHER[:8]), tmp_path / "net")
    assert left(tmp_path) == set()


def test_the_digest_of_the_server_that_leads_on_is_taken(server: Server, tmp_path: Path) -> None:
    server.put("/far", File(DATA))
    url = server.put("/near", File(leads="/far", says={"X-Linked-ETag": f'"{DIGEST}"'}))
    fetched = download(wanted(url, ""), tmp_path / "net")
    assert fetched.checked == "the SHA-256 that the server gave"
    server.files["/near"].says = {"X-Linked-Etag": f'"{OTHER}"'}
    with pytest.raises(DownloadError, match="is not the file that was published"):
        download(wanted(url, ""), tmp_path / "again")
    with pytest.raises(DownloadError, match="has another file at this place"):
        download(wanted(url, DIGEST), tmp_path / "again")
    assert left(tmp_path) == {"net", "net.json"}


@pytest.mark.parametrize("tag", ['"one"', f'W/"{DIGEST}"', "not hexadecimal, but as long as a digest is" + "-" * 22])
def test_without_a_digest_nothing_is_taken(server: Server, tmp_path: Path, tag: str) -> None:
    server.put("/far", File(DATA, tag=f'"{DIGEST}"'))
    url = server.put("/near", File(leads="/far", says={"X-Linked-ETag": tag}))
    with pytest.raises(DownloadError, match="gives no digest"):
        download(wanted(url, ""), tmp_path / "net")


# -- broken connections -----------------------------------------------------------------------------------------------


def test_a_broken_connection_is_taken_up_where_it_ended(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA, cuts=[100_000, 50_000]))
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA
    assert [span for _, span in server.asked] == ["", "bytes=100000-", "bytes=150000-"]


def test_what_has_come_is_kept_for_another_day(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA, cuts=[100_000, 0]))
    with pytest.raises(DownloadError, match=r"ended after 100 kB of 512 kB\. What has come is kept"):
        download(wanted(url), tmp_path / "net")
    assert not (tmp_path / "net").exists()
    server.asked.clear()
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA
    assert [span for _, span in server.asked] == ["bytes=100000-"]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(1, 200_000), max_size=2),
    ranges=st.booleans(),
    tag=st.sampled_from(['"one"', "", 'W/"x"']),
)
def test_however_it_breaks_the_file_is_right(
    server: Server, tmp_path: Path, cuts: list[int], ranges: bool, tag: str
) -> None:
    url = server.put("/net", File(DATA, tag=tag, cuts=list(cuts), ranges=ranges))
    target = tmp_path / f"{len(list(tmp_path.iterdir()))}"
    try:
        download(wanted(url), target)
    except DownloadError:  # it began anew each time, and came no further than before
        assert not target.exists()
        server.files["/net"].cuts.clear()
        download(wanted(url), target)
    assert target.read_bytes() == DATA


def test_another_version_begins_anew(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(b"x" * len(DATA), cuts=[100_000, 0]))
    with pytest.raises(DownloadError):
        download(wanted(url), tmp_path / "net")
    server.put("/net", File(DATA, tag='"two"'))
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA


def test_a_part_that_is_too_long_begins_anew(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA, cuts=[100_000, 0]))
    with pytest.raises(DownloadError):
        download(wanted(url), tmp_path / "net")
    with open(tmp_path / "net.part", "ab") as part:
        part.write(b"x" * len(DATA))
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA


def test_a_part_that_was_changed_is_found_out(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA, cuts=[100_000, 0]))
    with pytest.raises(DownloadError):
        download(wanted(url), tmp_path / "net")
    with open(tmp_path / "net.part", "r+b") as part:
        part.write(b"changed")
    with pytest.raises(DownloadError, match="thrown away"):
        download(wanted(url), tmp_path / "net")
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA


@pytest.mark.parametrize(("code", "said"), [(404, "no longer has"), (403, "to everybody"), (503, "now"), (429, "now")])
def test_a_refusal_is_a_sentence(server: Server, tmp_path: Path, code: int, said: str) -> None:
    url = server.put("/net", File(leads="/x", status=code))
    with pytest.raises(DownloadError, match=rf"127\.0\.0\.1 .*{said}.*HTTP {code}"):
        download(wanted(url), tmp_path / "net")


def test_no_server_is_a_sentence(tmp_path: Path) -> None:
    with serving() as server:
        url = server.root + "/net"
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 refuses the connection"):
        download(wanted(url), tmp_path / "net")


def test_a_silent_server_is_left(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "TIMEOUT", 0.2)
    url = server.put("/net", File(DATA, hold=threading.Event()))
    with pytest.raises(DownloadError, match="does not answer") as caught:
        download(wanted(url), tmp_path / "net")
    assert caught.value.may_go_on
    assert (tmp_path / "net.part").stat().st_size >= len(DATA) // 2


# -- limits -----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_not_begun(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA, claims=10**12))
    with pytest.raises(DownloadError, match=r"has a file of 1\.0 TB, where 512 kB are expected"):
        download(wanted(url), tmp_path / "net")
    assert left(tmp_path) == set()


def test_a_server_that_does_not_stop_is_left(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGEST", 100_000)
    url = server.put("/net", File(DATA))
    monkeypatch.setattr(transfer.Answer, "total", None)
    with pytest.raises(DownloadError, match="sends more than this file can have"):
        download(Wanted(url=url, sha256=DIGEST), tmp_path / "net")


def test_a_disk_without_room_is_told_before(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = room.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    url = server.put("/net", File(DATA))
    with pytest.raises(DownloadError, match=r"takes 512 kB more, and the disk .* has 1 kB left"):
        download(wanted(url), tmp_path / "net")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_a_sentence(server: Server, tmp_path: Path) -> None:
    url = server.put("/net", File(DATA))
    os.symlink("/dev/full", tmp_path / "net.part")
    with pytest.raises(DownloadError, match=r"is full\. What has come is kept") as caught:
        download(wanted(url), tmp_path / "net")
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


# -- cancelled --------------------------------------------------------------------------------------------------------


def test_cancelled_it_ends_and_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    """In the middle of the answer: the server holds the second half back until the wish was heard."""
    hold = threading.Event()
    url = server.put("/net", File(DATA, hold=hold))
    part = tmp_path / "net.part"

    def cancelled() -> bool:
        half = part.exists() and part.stat().st_size >= len(DATA) // 4
        return half and not hold.set()

    with pytest.raises(CancelledError):
        download(wanted(url), tmp_path / "net", cancelled=cancelled)
    assert 0 < part.stat().st_size < len(DATA)
    server.files["/net"].hold = None
    server.asked.clear()
    download(wanted(url), tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == DATA
    assert server.asked[0][1].startswith("bytes=")


def test_one_at_a_time(server: Server, tmp_path: Path) -> None:
    """The second waits for the first, can be cancelled meanwhile, and finds the file there."""
    first_answers = threading.Event()
    hold = threading.Event()
    url = server.put("/net", File(DATA, hold=hold))
    done: list[Fetched] = []
    thread = threading.Thread(
        target=lambda: done.append(download(wanted(url), tmp_path / "net", tell=lambda *_: first_answers.set()))
    )
    thread.start()
    assert first_answers.wait(30)
    with pytest.raises(CancelledError):
        download(wanted(url), tmp_path / "net", cancelled=_after(2))
    hold.set()
    second = download(wanted(url), tmp_path / "net")
    thread.join()
    assert done == [second]
    assert len(server.asked) == 1


def _after(calls: int) -> Callable[[], bool]:
    counted = itertools.count()
    return lambda: next(counted) >= calls


# -- cache ------------------------------------------------------------------------------------------------------------


def test_what_was_fetched_is_used_again_and_needs_no_network(server: Server) -> None:
    url = server.put("/models/net.pth", File(DATA))
    file, first = cache.fetch(wanted(url))
    assert cache.is_here(wanted(url))
    assert cache.fetch(wanted(url)) == (file, first)
    assert len(server.asked) == 1
    assert file.is_relative_to(cache.folder())
    assert cache.clear() >= len(DATA)
    assert not cache.is_here(wanted(url))


def test_a_file_that_was_spoilt_in_the_cache_is_fetched_anew(server: Server) -> None:
    url = server.put("/models/net.pth", File(DATA))
    file, _ = cache.fetch(wanted(url))
    file.write_bytes(b"spoilt")
    again, _ = cache.fetch(wanted(url))
    assert again.read_bytes() == DATA
    assert len(server.asked) == 2


@given(path=st.text(min_size=1, max_size=40))
def test_no_address_leads_out_of_the_cache(path: str) -> None:
    try:
        found = cache.place(Wanted(url="https://example.org/" + path))
    except ValueError:
        return
    assert found.resolve().is_relative_to(cache.folder().resolve())

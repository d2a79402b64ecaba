"""One request to a server, and what can go wrong with it as a sentence. Only https, but for this very machine."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPResponse
from importlib.metadata import PackageNotFoundError, version
from typing import IO
from urllib.parse import urlsplit

TIMEOUT = 30.0
"""Seconds that a server may be silent."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
HAVE_FILE = "or load a file that you have"


class DownloadError(Exception):
    """A file that cannot be had; the message is a sentence. ``may_go_on``: what has come is kept, and another try goes
    on from there.
    """

    def __init__(self, message: str, *, may_go_on: bool = False) -> None:
        super().__init__(message)
        self.may_go_on = may_go_on


class RangeError(DownloadError):
    """The server has nothing beyond what was asked for: what lies here is longer than its file, or another one."""


class Answer:
    """What a server sends, and what it said on the way there."""

    def __init__(self, response: HTTPResponse, linked: Mapping[str, str]) -> None:
        self.response = response
        self.linked = linked
        self.headers = response.headers
        self.host = host_of(response.url)

    @property
    def is_part(self) -> bool:
        return self.response.status == 206

    @property
    def validator(self) -> str:
        """What tells this version of the file from another: a strong tag, else its date."""
        tag = self.headers.get("ETag", "")
        return tag if tag and not tag.startswith("W/") else self.headers.get("Last-Modified", "")

    @property
    def first(self) -> int:
        """Where the part begins."""
        span = self.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
        return int(span) if span.isdecimal() else 0

    @property
    def total(self) -> int | None:
        """Bytes of the whole file, where the server says so."""
        told = self.headers.get("Content-Range", "").rpartition("/")[2]
        if self.is_part:
            return int(told) if told.isdecimal() else None
        length = self.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None

    @property
    def digest(self) -> str:
        """The SHA-256 that Hugging Face gives where it leads on to the file; other tags are no digests."""
        told = self.linked.get("x-linked-etag", "").strip('"').lower()
        return told if len(told) == 64 and all(letter in "0123456789abcdef" for letter in told) else ""


def ask(url: str, *, start: int = 0, validator: str = "") -> Answer:
    """Ask for a file, from ``start`` on if it is still the one that ``validator`` tells of."""
    refuse_unsafe(url, "")
    headers = {"User-Agent": f"netloom/{_version()}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if validator:
            headers["If-Range"] = validator
    redirects = _Redirects()
    try:
        response = _opener(redirects).open(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        raise _refused(error.code, host_of(url)) from None
    except (OSError, http.client.HTTPException) as error:
        raise broken(error, host_of(url)) from error
    return Answer(response, redirects.linked)


def refuse_unsafe(url: str, before: str) -> None:
    """Only https; plain http on this machine alone, and never on the way from elsewhere."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK and (not before or urlsplit(before).hostname in LOOPBACK):
        return
    way = f"{host_of(before)} leads on to" if before else "Weights are not fetched from"
    raise DownloadError(f"{way} “{parts.scheme}://{parts.netloc}”, which is not https. Nothing was fetched from there.")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or url


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows where a server leads, as long as that is safe, and keeps what it says of the file."""

    def __init__(self) -> None:
        self.linked: dict[str, str] = {}

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        refuse_unsafe(newurl, req.full_url)
        self.linked |= {name.lower(): value for name, value in headers.items() if name.lower().startswith("x-linked-")}
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _opener(redirects: _Redirects) -> urllib.request.OpenerDirector:
    """Knows http and https alone, unlike the usual one."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        redirects,
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _version() -> str:
    try:
        return version("netloom")
    except PackageNotFoundError:  # started from its folder
        return "0"


def _refused(code: int, host: str) -> DownloadError:
    if code == 416:
        return RangeError(f"{host} has no more of this file than is here.")
    if 300 <= code < 400:
        return DownloadError(f"{host} leads on in a ring, or to what is not https (HTTP {code}). It was not followed.")
    if code in (401, 403):
        return DownloadError(f"{host} does not give this file to everybody (HTTP {code}). Get it there, and load it.")
    if code in (404, 410):
        return DownloadError(f"{host} no longer has this file (HTTP {code}). Find it elsewhere, and load it.")
    if code == 429 or code >= 500:
        return DownloadError(f"{host} cannot give the file now (HTTP {code}). Try again later, {HAVE_FILE}.")
    return DownloadError(f"{host} does not give the file (HTTP {code}). Try again later, {HAVE_FILE}.")


def broken(error: BaseException, host: str) -> DownloadError:
    """What the network did, as a sentence."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        why = f"The certificate of {host} cannot be trusted ({reason.verify_message})"
        return DownloadError(f"{why}. Is a proxy in between? Nothing was fetched.")
    if isinstance(reason, socket.gaierror):
        return DownloadError(f"There is no network, or {host} cannot be found. Connect and try again, {HAVE_FILE}.")
    if isinstance(reason, TimeoutError):
        return DownloadError(f"{host} does not answer. Try again later, {HAVE_FILE}.", may_go_on=True)
    if isinstance(reason, ConnectionRefusedError):
        return DownloadError(f"{host} refuses the connection. Try again later, {HAVE_FILE}.")
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return DownloadError(f"The connection to {host} broke ({said}). Try again, {HAVE_FILE}.", may_go_on=True)

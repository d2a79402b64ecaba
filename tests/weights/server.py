"""A server on this machine that does to a download what servers and networks do."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class File:
    """One file. ``cuts``: after how many bytes of the answer the connection ends, request by request; ``says``: more
    headers; ``leads``: where it redirects to.
    """

    data: bytes = b""
    tag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    says: Mapping[str, str] = field(default_factory=dict)
    leads: str = ""
    status: int = 302
    ranges: bool = True
    claims: int | None = None
    hold: threading.Event | None = None
    """Half of the data is sent, and the rest when this is set."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, File] = {}
        self.asked: list[tuple[str, str]] = []
        """Path and Range of each request."""

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, path: str, file: File) -> str:
        """Serve a file; gives its address."""
        self.files[path] = file
        return self.root + path

    def forget(self) -> None:
        """Let go of those that wait, and of all files."""
        for file in self.files.values():
            if file.hold is not None:
                file.hold.set()
        self.files, self.asked = {}, []

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.server.asked.append((self.path, wanted))
        file = self.server.files.get(self.path)
        if file is None:
            self.send_error(404)
        elif file.leads:
            self._head(file.status, file, {"Location": file.leads, "Content-Length": "0"})
        else:
            self._give(file, wanted)

    def _give(self, file: File, wanted: str) -> None:
        start = 0
        if wanted and file.ranges and self.headers.get("If-Range", file.tag) == file.tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(file.data) > 0:
            self.send_error(416)
            return
        body = file.data[start:]
        told = {"Content-Length": str(len(body) if file.claims is None else file.claims), "ETag": file.tag}
        if start:
            told["Content-Range"] = f"bytes {start}-{len(file.data) - 1}/{len(file.data)}"
        self._head(206 if start else 200, file, told)
        if file.hold is not None:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            file.hold.wait(60)
            body = body[len(body) // 2 :]
        self.wfile.write(body[: file.cuts.pop(0)] if file.cuts else body)
        self.close_connection = True

    def _head(self, status: int, file: File, more: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**more, **file.says}.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.forget()
        server.shutdown()
        server.server_close()
        thread.join()

"""The engine's process: reads requests on standard input, answers on standard output, and nothing else goes there.

``python -P -m app.engine.server``. The main thread works, one thread reads, one says twice a second that the process
lives. When standard input ends (the editor is gone, however it went) the process ends too, even out of a hung request.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
import traceback
from typing import BinaryIO

from app import endings, messages
from app.messages import Cancel, Failed, FromEngine, Heartbeat, Request, Said, Shutdown, Started, ToEngine

HEARTBEAT = 0.5
OOM_SCORE = 700


class Server:
    """The two pipes, the queue between them, and what is at work."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._write = threading.Lock()
        self._queue: queue.SimpleQueue[ToEngine | None] = queue.SimpleQueue()
        self._withdrawn: set[int] = set()
        self._busy = 0

    def say(self, identity: int, body: Said) -> None:
        """Send one message; from any thread."""
        with self._write:
            messages.send(self._outgoing, FromEngine(identity, body))

    def read(self) -> None:
        """Take in requests until the editor is gone."""
        while (payload := messages.receive(self._incoming)) is not None:
            message = messages.decode_request(payload)
            if isinstance(message.body, Cancel):
                self._withdrawn.add(message.body.request)
            elif isinstance(message.body, Shutdown):
                break
            else:
                self._queue.put(message)
        # Not sys.exit: the main thread may be deep in a request that never ends.
        os._exit(0)

    def beat(self) -> None:
        """Say that the process lives, for ever."""
        while True:
            self.say(0, Heartbeat(self._busy))
            time.sleep(HEARTBEAT)

    def is_withdrawn(self) -> bool:
        """Whether the request at work was cancelled."""
        return self._busy in self._withdrawn

    def work(self) -> None:
        """Answer requests, one after the other."""
        while True:
            message = self._queue.get()
            if message is None:
                return
            if message.id in self._withdrawn:
                self.say(message.id, Failed(kind="cancelled", message="The request was cancelled."))
                continue
            self._busy = message.id
            self.say(message.id, Started())
            answer = self._answer(message.id, message.body)
            self._busy = 0
            self.say(message.id, answer)

    def _answer(self, identity: int, request: Request) -> Said:
        from app.engine.work import Context, perform

        context = Context(lambda progress: self.say(identity, progress), self.is_withdrawn)
        try:
            return perform(request, context)
        except BaseException as error:
            return failed(error)


def failed(error: BaseException) -> Failed:
    """Any exception as an answer: a sentence, its kind, and the traceback for whoever wants it."""
    from app.engine.errors import RequestError, kind_of, sentence

    detail = "".join(traceback.format_exception(error))
    if isinstance(error, RequestError):
        return Failed(kind=error.kind, message=str(error), problems=error.problems, detail=detail)
    return Failed(kind=kind_of(error), message=sentence(error), detail=detail)


def _own_standard_output() -> BinaryIO:
    """Keep the pipe for messages; whatever else prints goes to standard error."""
    sys.stdout.flush()
    kept = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return kept


def _step_back() -> None:
    """Lower priority than the window, and the first to go when memory is short."""
    if hasattr(os, "nice"):
        os.nice(10)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write(str(OOM_SCORE))


def main() -> None:
    outgoing = _own_standard_output()
    _step_back()
    server = Server(sys.stdin.buffer, outgoing)
    threading.Thread(target=server.read, name="reader", daemon=True).start()
    threading.Thread(target=server.beat, name="heartbeat", daemon=True).start()
    code = 1
    try:
        from app.engine.warm import warm_up

        server.say(0, warm_up())
        server.work()
    except ModuleNotFoundError as error:
        traceback.print_exc()
        code = endings.TORCH_MISSING if error.name == "torch" else 1
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    # Not sys.exit: the reader holds standard input's lock, which the interpreter's end would wait for.
    os._exit(code)


if __name__ == "__main__":
    main()

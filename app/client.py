"""The editor's and the command line's end of the engine: starts it, feeds it, watches it, replaces it.

    client = EngineClient(listener)      # listener(state) is called from the client's threads
    client.start()                       # returns at once
    task = client.send(Build(...))       # a Future; add_done_callback for a window, result() for a command line

A request that had begun when the engine died fails with a sentence; those that still waited go to the next engine.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from msgspec import Struct

from app import endings, messages
from app.messages import Answer, Failed, FromEngine, Heartbeat, Hello, Progress, Request, Started

SILENCE = 15.0
"""Seconds without a heartbeat after which an engine counts as hung."""

WARM_UP = 180.0
"""Seconds that a start may take (a cold disk reads torch slowly)."""

CANCEL_GRACE = 2.0
RESTARTS, WITHIN = 3, 60.0


class State(StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class EngineState(Struct, frozen=True):
    """What the listener hears. ``message`` is a sentence where something went wrong, also when it was mended."""

    state: State
    message: str = ""
    hello: Hello | None = None


class EngineError(Exception):
    """A request that failed; ``failed`` says how, ``str`` is the sentence."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.message)
        self.failed = failed


class Task(Future[Answer]):
    """The answer to come. ``cancel`` also ends a request that the engine has begun."""

    def __init__(self, client: EngineClient, request: Request, timeout: float | None) -> None:
        super().__init__()
        self.client = client
        self.request = request
        self.timeout = timeout
        self.id = 0
        self.on_progress: Callable[[Progress], None] | None = None
        self.begun: float | None = None
        self.cancelled_at: float | None = None

    def cancel(self) -> bool:
        """Give the request up. True unless it was already done."""
        if not super().cancel():
            return False
        self.client.withdraw(self)
        return True


class EngineClient:
    """One engine process and the requests that it has been given. All methods may be called from any thread."""

    def __init__(
        self,
        listener: Callable[[EngineState], None] | None = None,
        *,
        python: str = sys.executable,
        environment: Mapping[str, str] | None = None,
        silence: float = SILENCE,
    ) -> None:
        self._listener = listener
        self._python = python
        self._environment = dict(environment or {})
        self._silence = silence
        self._lock = threading.Condition()
        self._tasks: dict[int, Task] = {}
        self._ids = itertools.count(1)
        self._process: _Process | None = None
        self._thread: threading.Thread | None = None
        self._closing = False
        self.state = EngineState(State.STOPPED)

    @property
    def hello(self) -> Hello | None:
        """What the engine said of itself, once it is ready."""
        return self.state.hello

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None else None

    def start(self) -> None:
        """Start the engine if it is not running; returns at once."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._closing = False
            self._thread = threading.Thread(target=self._keep_running, name="engine-client", daemon=True)
            self.state = EngineState(State.STARTING)
            self._thread.start()
        self._set(self.state)

    def send(
        self,
        request: Request,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Task:
        """Give the engine something to do. ``timeout`` counts from when it begins; then the engine is replaced."""
        self.start()
        task = Task(self, request, timeout)
        task.on_progress = on_progress
        try:
            messages.encoded(request)
        except UnicodeEncodeError as error:
            name = ascii(error.object)[1:-1]
            told = f"“{name}” is not Unicode, so the engine cannot be told of it. Rename that file or folder."
            _fail(task, Failed(kind="problem", message=told))
            return task
        with self._lock:
            task.id = next(self._ids)
            self._tasks[task.id] = task
            if self._process is not None:
                self._process.send(task.id, request)
        return task

    def ask(self, request: Request, *, timeout: float | None = None) -> Answer:
        """Send and wait for the answer."""
        return self.send(request, timeout=timeout).result()

    def withdraw(self, task: Task) -> None:
        """Take back a cancelled task; where it has begun, the engine gets a moment to end it."""
        with self._lock:
            process = self._process
            if task.begun is None:
                self._tasks.pop(task.id, None)
            else:
                task.cancelled_at = time.monotonic()
            if process is not None:
                process.send(0, messages.Cancel(task.id))

    def close(self) -> None:
        """End the engine and wait for it; waiting requests are cancelled."""
        with self._lock:
            self._closing = True
            process, thread = self._process, self._thread
            waiting = list(self._tasks.values())
            self._tasks.clear()
        for task in waiting:
            Future.cancel(task)
        if process is not None:
            process.send(0, messages.Shutdown())
            process.end(grace=1.0)
        if thread is not None and thread is not threading.current_thread():
            thread.join(10.0)

    def __enter__(self) -> EngineClient:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _keep_running(self) -> None:
        deaths: deque[float] = deque(maxlen=RESTARTS)
        while not self._closing:
            reason = self._run_once()
            if self._closing:
                break
            deaths.append(time.monotonic())
            spent = len(deaths) == RESTARTS and deaths[-1] - deaths[0] < WITHIN
            if spent or reason == endings.INSTALL_TORCH:
                self._give_up(reason)
                return
            self._set(EngineState(State.STARTING, reason + " A new one is being started."))
        self._set(EngineState(State.STOPPED))

    def _give_up(self, reason: str) -> None:
        if reason != endings.INSTALL_TORCH:
            reason += " It has now ended several times in a row, so it is not started again by itself."
        with self._lock:
            waiting = list(self._tasks.values())
            self._tasks.clear()
            # A request that comes now must find no thread, so that it starts a new one.
            self._thread = None
        for task in waiting:
            _fail(task, Failed(kind="engine", message=reason))
        self._set(EngineState(State.FAILED, reason))

    def _run_once(self) -> str:
        """One engine from its start to its end; gives the reason of the end."""
        try:
            process = _Process(self._python, self._environment)
        except OSError as error:
            return f"The engine could not be started: {error.strerror or error}."
        with self._lock:
            self._process = process
            for task in self._tasks.values():
                process.send(task.id, task.request)
        if self._closing:
            process.end(grace=0)
        watch = threading.Thread(target=self._watch, args=(process,), name="engine-watch", daemon=True)
        watch.start()
        for said in process.listen():
            self._heard(process, said)
        reason = process.reason()
        watch.join()
        with self._lock:
            self._process = None
            begun = [task for task in self._tasks.values() if task.begun is not None]
            for task in begun:
                del self._tasks[task.id]
        for task in begun:
            _fail(task, Failed(kind=process.kind, message=reason, detail="\n".join(process.errors)))
        return reason

    def _heard(self, process: _Process, said: FromEngine) -> None:
        process.heard = time.monotonic()
        body = said.body
        if isinstance(body, Heartbeat):
            return
        if isinstance(body, Hello):
            process.warm = True
            self._set(EngineState(State.READY, hello=body))
            return
        with self._lock:
            task = self._tasks.get(said.id)
            if task is not None and isinstance(body, Started):
                task.begun = time.monotonic()
            elif task is not None and not isinstance(body, Progress):
                del self._tasks[said.id]
        if task is None or isinstance(body, Started):
            return
        if isinstance(body, Progress):
            if task.on_progress is not None:
                task.on_progress(body)
        elif isinstance(body, Failed):
            _fail(task, body)
        elif task.set_running_or_notify_cancel():
            task.set_result(body)

    def _watch(self, process: _Process) -> None:
        """Kill an engine that no longer speaks, or whose request takes longer than it may."""
        while not process.ended.wait(0.1):
            now = time.monotonic()
            if now - process.heard > (self._silence if process.warm else WARM_UP):
                process.kill("hung", "The engine did not answer any more and was ended.")
            with self._lock:
                begun = [task for task in self._tasks.values() if task.begun is not None]
            for task in begun:
                if task.cancelled_at is not None and now - task.cancelled_at > CANCEL_GRACE:
                    process.kill("cancelled", "The engine was ended with the request that was cancelled.")
                elif task.timeout is not None and now - cast(float, task.begun) > task.timeout:
                    process.kill(
                        "hung", f"The engine was ended because a request took longer than {task.timeout:g} seconds."
                    )

    def _set(self, state: EngineState) -> None:
        self.state = state
        with self._lock:
            self._lock.notify_all()
        if self._listener is not None:
            self._listener(state)

    def wait_ready(self, timeout: float | None = None) -> Hello:
        """Wait until the engine is warm; EngineError where it cannot be started."""
        with self._lock:
            self._lock.wait_for(lambda: self.state.state in (State.READY, State.FAILED), timeout)
            if self.state.hello is None:
                raise EngineError(Failed(kind="engine", message=self.state.message or "The engine is not ready yet."))
            return self.state.hello


class _Process:
    """The child process, with a thread that writes to it and one that keeps its last error lines."""

    def __init__(self, python: str, environment: Mapping[str, str]) -> None:
        self.kills_before = endings.oom_kills()
        flags: dict[str, Any] = {}
        if sys.platform == "win32":
            flags["creationflags"] = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        self._child = subprocess.Popen(
            [python, "-P", "-m", "app.engine.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(environment),
            **flags,
        )
        self.pid = self._child.pid
        self.heard = time.monotonic()
        self.warm = False
        self.kind = "engine"
        self.ended = threading.Event()
        self.errors: deque[str] = deque(maxlen=200)
        self._killed_because = ""
        self._outgoing: queue.SimpleQueue[tuple[int, Request] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._write, self._keep_errors)]
        for thread in self._threads:
            thread.start()

    def send(self, identity: int, request: Request) -> None:
        self._outgoing.put((identity, request))

    def _write(self) -> None:
        stream = self._child.stdin
        assert stream is not None
        # A dead engine breaks the pipe; its end is noticed and explained by whoever reads.
        with contextlib.suppress(OSError, ValueError):
            while (item := self._outgoing.get()) is not None:
                messages.send(cast(Any, stream), messages.ToEngine(*item))
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def _keep_errors(self) -> None:
        assert self._child.stderr is not None
        with self._child.stderr as stream:
            for line in stream:
                self.errors.append(line.decode(errors="replace").rstrip())

    def listen(self) -> Any:
        """What the engine says, until it ends."""
        assert self._child.stdout is not None
        with self._child.stdout as stream:
            try:
                while (payload := messages.receive(cast(Any, stream))) is not None:
                    yield messages.decode_said(payload)
            except (OSError, ValueError) as error:
                self.kill("engine", f"The engine sent something that could not be understood: {error}")

    def kill(self, kind: str, reason: str) -> None:
        if not self._killed_because:
            self.kind, self._killed_because = kind, reason
            self._child.kill()

    def end(self, grace: float) -> None:
        """Let it end by itself for a moment, then kill it."""
        try:
            self._child.wait(grace)
        except subprocess.TimeoutExpired:
            self._child.kill()

    def reason(self) -> str:
        """Wait for the end and say why it came."""
        code = self._child.wait()
        self.ended.set()
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join()
        if self._killed_because:
            return self._killed_because
        reason = endings.explain("The engine", code, list(self.errors), self.kills_before)
        if endings.memory_sentence("\n".join(self.errors)) or "memory ran out" in reason:
            self.kind = "memory"
        return reason


def child_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child that imports ``app``: under ``-P`` the folder that holds it must be named."""
    environment = {**os.environ, **(more or {})}
    root = str(Path(__file__).resolve().parent.parent)
    before = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = root if not before else root + os.pathsep + before
    environment.setdefault("PYTHONUNBUFFERED", "1")
    return environment


def _fail(task: Task, failed: Failed) -> None:
    if task.set_running_or_notify_cancel():
        task.set_exception(EngineError(failed))

"""What editor and engine say to each other: msgspec structs, as MessagePack, each frame led by its length.

The editor sends ``ToEngine(id, request)``; the engine answers every request once, with the same id, after any number
of ``Started`` and ``Progress``. ``Hello`` and ``Heartbeat`` belong to no request and have id 0.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import BinaryIO

import msgspec
from msgspec import Struct

from app.codegen.source import Source
from app.core.facts import Answer as Fact
from app.core.facts import Question
from app.core.problems import Problem

LARGEST_FRAME = 2**30
_LENGTH = struct.Struct(">I")


class Tensor(Struct, frozen=True):
    """A tensor's name, sizes and element type. A size is None where it is known only when the model runs."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"


class ModelCheck(Struct, frozen=True, kw_only=True):
    """A builder function of model.py, example inputs for one real forward, and the outputs to expect of it."""

    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...] = ()


class Build(Struct, frozen=True, kw_only=True, tag="build"):
    """Compile the text, build every model, run each once on small real tensors."""

    model: Source
    steps: Source | None = None
    checks: tuple[ModelCheck, ...] = ()
    summary: bool = True


class ImageFile(Struct, frozen=True, tag="image"):
    """An image file, made to fit the input: channels, size, values from 0 to 1."""

    path: str
    invert: bool = False


class Text(Struct, frozen=True, tag="text"):
    """A text, made to indices by the labels of the input."""

    text: str


class Values(Struct, frozen=True, tag="values"):
    """Numbers, nested as the tensor is."""

    values: object


class Example(Struct, frozen=True, tag="example"):
    """One example of a split of the run's own data."""

    split: str = "test"
    index: int = 0


Given = ImageFile | Text | Values | Example


class Input(Struct, frozen=True, kw_only=True):
    """One input of a graph: its type, the names of its classes where it holds indices, and what the user gave."""

    type: Tensor
    given: Given
    labels: tuple[str, ...] = ()
    field: str = ""
    low: float = 0.0
    high: float = 1.0
    """What black and white of an image are to the model."""
    picture: tuple[int | None, ...] = ()
    """The field's own sizes, where the input is the same numbers in another form: a flattened image."""
    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()
    """Of each colour between 0 and 1: what published weights expect to have been taken off and divided by."""


class RunGraph(Struct, frozen=True, kw_only=True, tag="run_graph"):
    """Run a model or a step graph of a run folder on an input, with a checkpoint's weights.

    ``models`` gives, by name, the builder function of every model that a step graph takes; ``is_step`` False:
    ``graph`` is itself the model. ``outputs`` names what comes out, ``labels`` the classes by output, ``fields`` those
    by field of the data, ``checkpoint`` a folder (empty: the newest).
    """

    folder: str
    graph: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    models: Mapping[str, str]
    is_step: bool = True
    arguments: Mapping[str, object] = {}
    show: str = "values"
    checkpoint: str = ""
    labels: Mapping[str, tuple[str, ...]] = {}
    device: str = "cpu"
    seed: int = 0
    reader: str = ""
    reader_arguments: Mapping[str, object] = {}
    fields: Mapping[str, tuple[str, ...]] = {}
    cwd: str = ""


class Inspect(Struct, frozen=True, kw_only=True, tag="inspect"):
    """What flows through one model in a forward and backward pass: activations, gradients, time, by module path."""

    model: Source
    check: ModelCheck
    folder: str = ""
    checkpoint: str = ""


class Forecast(Struct, frozen=True, kw_only=True, tag="forecast"):
    """Measure a few real training steps of these source files, and say how long and how much memory all will take."""

    files: Mapping[str, str]
    device: str = "auto"
    seed: int = 0
    steps: int = 5
    cwd: str = ""
    """The folder that relative paths of the data are meant from."""


class Probe(Struct, frozen=True, kw_only=True, tag="probe"):
    """Run a document's own Python for a few sizes, to learn what it gives. Only what the user has allowed is asked."""

    question: Question


class Translation(Struct, frozen=True, kw_only=True):
    """How the names and matrices of a published file become those of the drawn model. ``prefix`` is put before all
    names where none has it, then ``renamed`` (pairs of a pattern and what replaces it) is gone through in order. Names
    of the file that match ``ignored`` are no weights. Matrices whose name in the model matches ``transposed`` lie the
    other way.
    """

    prefix: str = ""
    renamed: tuple[tuple[str, str], ...] = ()
    ignored: str = ""
    transposed: str = ""


class LoadWeights(Struct, frozen=True, kw_only=True, tag="load_weights"):
    """Read a file of weights and write it as a run's checkpoint for these models, if its tensors are exactly those of
    ``loads``. Nothing in the file is run. Where these are several, names in the file begin with the model's.

    ``models`` gives the builder of every model by name; ``averages`` whose weights a model that is an average starts
    with. The others start as they are built. ``target`` is the checkpoint's folder, which must not be there yet.
    """

    file: str
    target: str
    source: Source
    loads: tuple[str, ...]
    models: Mapping[str, str]
    averages: Mapping[str, str] = {}
    translation: Translation | None = None
    seed: int = 0


class ListDevices(Struct, frozen=True, tag="list_devices"):
    """Which devices torch sees."""


class Cancel(Struct, frozen=True, tag="cancel"):
    """Drop a request that waits; ask a running one to end."""

    request: int


class Shutdown(Struct, frozen=True, tag="shutdown"):
    """End the engine."""


Request = Build | RunGraph | Inspect | Forecast | Probe | LoadWeights | ListDevices | Cancel | Shutdown


class Device(Struct, frozen=True, kw_only=True):
    """A device as torch names it (``cpu``, ``cuda:0``, ``mps``), what it is, and its memory in bytes."""

    name: str
    label: str
    memory: int | None = None
    free: int | None = None


class ModelBuilt(Struct, frozen=True, kw_only=True):
    """A model as torch built it. ``summary`` is torchinfo's table; ``outputs`` are the real types of one forward."""

    name: str
    parameters: int
    buffers: int
    keys: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    seconds: float
    summary: str = ""


class Built(Struct, frozen=True, kw_only=True, tag="built"):
    """The answer to Build: what was built, and what went wrong, mapped back to nodes."""

    models: tuple[ModelBuilt, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def parameters(self) -> int:
        return sum(model.parameters for model in self.models)


class Shown(Struct, frozen=True, kw_only=True):
    """One thing to show. ``kind``: ``image`` (``png`` holds it), ``text``, ``bars`` (``labels`` and ``values``) or
    ``values``. ``text`` is always a short form in words.
    """

    name: str
    kind: str
    text: str = ""
    png: bytes = b""
    labels: tuple[str, ...] = ()
    values: object = None


class Ran(Struct, frozen=True, kw_only=True, tag="ran"):
    """The answer to RunGraph. ``given``: what went in, as the model saw it, and what the data say of the example."""

    shown: tuple[Shown, ...]
    given: tuple[Shown, ...] = ()
    checkpoint: str
    seconds: float


class ModuleStatistics(Struct, frozen=True, kw_only=True):
    """What one module gave and received: of its output and of the gradient that reached it."""

    path: str
    kind: str
    shape: tuple[int, ...]
    mean: float
    deviation: float
    least: float
    most: float
    zeros: float
    gradient_norm: float | None
    seconds: float


class Inspected(Struct, frozen=True, kw_only=True, tag="inspected"):
    """The answer to Inspect, in the order in which modules ended."""

    modules: tuple[ModuleStatistics, ...]


class Forecasted(Struct, frozen=True, kw_only=True, tag="forecasted"):
    """The answer to Forecast. ``memory`` in bytes is the most that training held above the idle process; None where
    the system does not say. ``message`` is the sentence for the user, a warning in it where memory will not do.
    """

    seconds_per_step: float
    steps: int
    seconds: float
    memory: int | None
    memory_free: int | None
    device: str
    fits: bool
    message: str


class Probed(Struct, frozen=True, kw_only=True, tag="probed"):
    """The answer to Probe."""

    answer: Fact


class WeightsLoaded(Struct, frozen=True, kw_only=True, tag="weights_loaded"):
    """The answer to LoadWeights. ``notes`` are sentences about what was not taken as it stood in the file."""

    models: tuple[str, ...]
    tensors: int
    parameters: int
    notes: tuple[str, ...] = ()
    torch: str = ""
    threads: int = 0


class Devices(Struct, frozen=True, kw_only=True, tag="devices"):
    """The answer to ListDevices; the first is the one that ``auto`` means."""

    devices: tuple[Device, ...]


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """A request that could not be done. ``kind``: ``problem`` (in what was asked), ``memory``, ``device``,
    ``cancelled`` or ``bug``; ``detail`` is the traceback.
    """

    kind: str
    message: str
    problems: tuple[Problem, ...] = ()
    detail: str = ""


class Hello(Struct, frozen=True, kw_only=True, tag="hello"):
    """The engine is warm and waits."""

    pid: int
    torch: str
    threads: int
    devices: tuple[Device, ...]


class Heartbeat(Struct, frozen=True, tag="heartbeat"):
    """Twice a second from a thread of its own: the engine's process lives. ``busy`` is the request at work, or 0."""

    busy: int = 0


class Started(Struct, frozen=True, tag="started"):
    """The engine has begun with this request."""


class Progress(Struct, frozen=True, tag="progress"):
    """How far a request is, from 0 to 1, and what it does."""

    fraction: float
    text: str = ""


Answer = Built | Ran | Inspected | Forecasted | Probed | WeightsLoaded | Devices | Failed
Said = Answer | Hello | Heartbeat | Started | Progress


class ToEngine(Struct, frozen=True):
    id: int
    body: Request


class FromEngine(Struct, frozen=True):
    id: int
    body: Said


_encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(ToEngine).decode
decode_said = msgspec.msgpack.Decoder(FromEngine).decode


def encoded(request: Request) -> bytes:
    """A request's bytes; UnicodeEncodeError where a text in it is none (a file's name need not be one)."""
    return _encode(request)


def send(stream: BinaryIO, message: ToEngine | FromEngine) -> None:
    """Write one frame."""
    payload = _encode(message)
    if len(payload) > LARGEST_FRAME:
        raise ValueError(f"A message may have {LARGEST_FRAME} bytes; this one has {len(payload)}.")
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one frame's payload; None where the stream ends."""
    head = _exactly(stream, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST_FRAME:
        raise ValueError(f"A frame of {length} bytes was announced; the largest may have {LARGEST_FRAME}.")
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = stream.read(count)
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)

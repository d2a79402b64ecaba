"""Which function answers which request."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.build import build
from app.engine.devices import devices
from app.engine.errors import RequestError
from app.engine.forecast import forecast
from app.engine.inspect import inspect, run_graph
from app.engine.probe import probe
from app.engine.weights import load_weights_file
from app.messages import (
    Answer,
    Build,
    Devices,
    Forecast,
    Inspect,
    ListDevices,
    LoadWeights,
    Probe,
    Progress,
    Request,
    RunGraph,
)


class Context:
    """What a long request may do beside its work: tell how far it is, and see whether it was cancelled."""

    def __init__(self, tell: Callable[[Progress], None], is_withdrawn: Callable[[], bool]) -> None:
        self._tell = tell
        self._is_withdrawn = is_withdrawn

    def progress(self, fraction: float, text: str = "") -> None:
        """Tell how far it is; ends the request here where it was cancelled."""
        if self._is_withdrawn():
            raise RequestError("The request was cancelled.", kind="cancelled")
        self._tell(Progress(fraction, text))


def perform(request: Request, context: Context) -> Answer:
    """Do what was asked."""
    if isinstance(request, Build):
        return build(request)
    if isinstance(request, RunGraph):
        return run_graph(request)
    if isinstance(request, Inspect):
        return inspect(request)
    if isinstance(request, Forecast):
        return forecast(request, context.progress)
    if isinstance(request, Probe):
        return probe(request)
    if isinstance(request, LoadWeights):
        return load_weights_file(request, context.progress)
    if isinstance(request, ListDevices):
        return Devices(devices=devices())
    raise RequestError(f"The engine does not know the request {type(request).__name__}.")

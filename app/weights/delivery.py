"""From a file of weights to a run that holds them: what to ask of the engine, and what becomes of its answer.

    delivery = prepare(document, library, preset, file, source)
    answer = engine.ask(delivery.request)
    run = delivery.keep(answer)          # or delivery.discard()

The run is like one that has been trained: its checkpoint can be tried, taken away, and trained on from.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from app import paths
from app.codegen.generate import model_source
from app.core.block import Library
from app.core.document import Document, Model
from app.core.results import Elaboration
from app.messages import LoadWeights, Translation, WeightsLoaded
from app.runs import Run, is_alive, make_run
from app.weights.download import Fetched
from app.weights.published import Prepared, Published

CHECKPOINT = "step-00000000"
ORIGIN = "weights.json"
_STAGED = ".netloom-weights-"


class DeliveryError(Exception):
    """Weights that cannot be brought into this document; the message is a sentence."""


class Origin(Struct, frozen=True, kw_only=True):
    """Where a run's weights are from, as it stands in its folder: ``weights.json``."""

    title: str
    file: str
    url: str = ""
    sha256: str = ""
    checked: str = ""
    licence: str = ""
    models: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    prepared: Prepared = Prepared()


class Delivery:
    """A file on its way into a run of a document."""

    def __init__(
        self,
        document: Document,
        library: Library,
        preset: str | None,
        request: LoadWeights,
        origin: Origin,
        path: Path | None,
        before: Elaboration | None,
    ) -> None:
        self.request = request
        self._document, self._library, self._preset = document, library, preset
        self._origin, self._path, self._before = origin, path, before
        self._staged = Path(request.target).parent

    def keep(self, answer: WeightsLoaded) -> Run:
        """Make the run around the checkpoint that the engine wrote."""
        try:
            run = make_run(self._document, self._library, self._preset, path=self._path, before=self._before)
            try:
                self._fill(run, answer)
            except BaseException:
                shutil.rmtree(run.folder, ignore_errors=True)
                raise
        except OSError as error:
            where = self._staged.parent
            raise DeliveryError(f"The run cannot be written in “{where}”: {error.strerror or error}.") from error
        finally:
            self.discard()
        return run

    def discard(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._staged, ignore_errors=True)

    def _fill(self, run: Run, answer: WeightsLoaded) -> None:
        origin = msgspec.structs.replace(self._origin, models=answer.models, notes=answer.notes)
        _write_json(run.folder / ORIGIN, msgspec.to_builtins(origin))
        (run.folder / "checkpoints").mkdir()
        os.replace(self._staged / CHECKPOINT, run.folder / "checkpoints" / CHECKPOINT)
        settings = run.settings
        status = {
            "state": "stopped",
            "message": f"Holds {origin.title}; nothing was trained here yet.",
            "step": 0,
            "steps": settings.steps,
            "checkpoint": CHECKPOINT,
            "torch": answer.torch,
            "threads": answer.threads,
            "seed": settings.seed,
        }
        _write_json(run.folder / "status.json", status)


def prepare(
    document: Document,
    library: Library,
    preset: str | None,
    file: Path,
    origin: Origin,
    *,
    model: str = "",
    translation: Translation | None = None,
    path: Path | None = None,
    before: Elaboration | None = None,
) -> Delivery:
    """What to ask of the engine. DeliveryError where the document has no place for weights; what its code lacks is
    raised as always.
    """
    if document.recipe is None:
        raise DeliveryError(
            "The document has no training recipe, and weights are kept as a run of one. Choose a data source first."
        )
    chosen = chosen_models(document, model)
    if not file.is_file():
        raise DeliveryError(f"There is no file “{file}”.")
    parent = paths.runs(path)
    request = LoadWeights(
        file=str(file.resolve()),
        target=str(_stage(parent) / CHECKPOINT),
        source=model_source(document, library, preset, before),
        loads=chosen,
        models=_builders(document.models),
        averages={one.name: one.average_of for one in document.models.values() if one.average_of},
        translation=translation,
        seed=document.recipe.seed,
    )
    return Delivery(document, library, preset, request, origin, path, before)


def chosen_models(document: Document, wanted: str = "") -> tuple[str, ...]:
    """The models that weights are for: the named one, else all that learn by themselves."""
    own = tuple(model.name for model in document.models.values() if not model.average_of)
    if not wanted:
        return own
    if wanted not in own:
        raise DeliveryError(f"The document has no model “{wanted}” with weights of its own; it has {', '.join(own)}.")
    return (wanted,)


def published_origin(entry: Published, file: Path, fetched: Fetched) -> Origin:
    """What is to be known of weights that were published."""
    return Origin(
        title=f"the published weights {entry.name} ({entry.publisher})",
        file=str(file),
        url=entry.url,
        sha256=fetched.sha256,
        checked=fetched.checked,
        licence=entry.licence,
        prepared=entry.prepared,
    )


def own_origin(file: Path) -> Origin:
    """What is to be known of weights out of a person's own file."""
    return Origin(title=f"the file {file.name}", file=str(file.resolve()))


def origin_of(run: Run) -> Origin | None:
    """Where the weights that a run began with are from; None for one that began with its own."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((run.folder / ORIGIN).read_bytes(), type=Origin)
    return None


def prepared_for(run: Run, checkpoint: str = "") -> Prepared:
    """What the weights of a checkpoint (the last one where none is named) expect of their input. Once training has
    gone on from them, they have seen the run's own data as they are, and expect nothing.
    """
    last = run.checkpoints()[-1:]
    origin = origin_of(run) if (checkpoint or "".join(path.name for path in last)) == CHECKPOINT else None
    return origin.prepared if origin is not None else Prepared()


def _builders(models: Mapping[str, Model]) -> dict[str, str]:
    return {model.name: model.average_of or model.name for model in models.values()}


def _stage(parent: Path) -> Path:
    """A folder beside the runs, so that what is in it can be moved there; those of ended processes are swept away."""
    for old in parent.glob(f"{_STAGED}*"):
        owner = old.name.removeprefix(_STAGED).partition("-")[0]
        if not owner.isdecimal() or not is_alive(int(owner)):
            shutil.rmtree(old, ignore_errors=True)
    return parent / f"{_STAGED}{os.getpid()}-{secrets.token_hex(4)}"


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1))


__all__ = [
    "Delivery",
    "DeliveryError",
    "Origin",
    "chosen_models",
    "origin_of",
    "own_origin",
    "prepare",
    "published_origin",
]

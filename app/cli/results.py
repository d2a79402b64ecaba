"""What each verb gives with ``--json``: one object, of the struct of that verb. ``netloom schema`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from app.cli.console import ProblemRow


class TemplateRow(Struct, frozen=True, kw_only=True):
    """One template. ``parameters``: of the published size."""

    name: str
    family: str
    title: str
    year: int | None
    parameters: int
    summary: str


class Templates(Struct, frozen=True, kw_only=True):
    """``netloom templates``."""

    templates: tuple[TemplateRow, ...]


class New(Struct, frozen=True, kw_only=True):
    """``netloom new``."""

    template: str
    file: str


class Checked(Struct, frozen=True, kw_only=True):
    """``netloom check``. ``sound``: nothing stands in the way of building it."""

    document: str
    preset: str
    sound: bool
    problems: tuple[ProblemRow, ...]


class Layer(Struct, frozen=True, kw_only=True):
    """One node of a model. ``key`` is its path in the ``state_dict``; shapes have names where sizes are not known."""

    key: str
    kind: str
    output: str
    parameters: int
    macs: int
    depth: int


class ModelSummary(Struct, frozen=True, kw_only=True):
    """One model: its layers, and totals for a batch of one."""

    name: str
    graph: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    parameters: int
    buffers: int
    macs: int
    layers: tuple[Layer, ...] = ()
    table: str = ""
    """torchinfo's table, with ``--built``."""


class Summary(Struct, frozen=True, kw_only=True):
    """``netloom summary``."""

    document: str
    title: str
    preset: str
    models: tuple[ModelSummary, ...]


class Code(Struct, frozen=True, kw_only=True):
    """``netloom code``: texts by file name, or where they were written."""

    document: str
    preset: str
    texts: Mapping[str, str] = {}
    files: tuple[str, ...] = ()


class GoalRow(Struct, frozen=True, kw_only=True):
    """What the preset must reach, and what came."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    value: float | None = None
    reached: bool = False


class Trained(Struct, frozen=True, kw_only=True):
    """``netloom train``. ``metrics``: the last value of each."""

    document: str
    preset: str
    run: str
    state: str
    message: str
    step: int
    steps: int
    seconds: float
    metrics: Mapping[str, float | None]
    goal: GoalRow | None = None


class RunRow(Struct, frozen=True, kw_only=True):
    """One run."""

    run: str
    title: str
    preset: str
    created: str
    state: str
    message: str
    step: int
    steps: int


class Runs(Struct, frozen=True, kw_only=True):
    """``netloom runs``, newest first."""

    runs: tuple[RunRow, ...]


class Shown(Struct, frozen=True, kw_only=True):
    """One output. ``file`` holds the picture where it is one."""

    name: str
    kind: str
    text: str
    labels: tuple[str, ...] = ()
    values: Any = None
    file: str = ""


class Ran(Struct, frozen=True, kw_only=True):
    """``netloom run``. ``given``: what went in, as the model saw it, and what the data say of an example."""

    run: str
    graph: str
    checkpoint: str
    seconds: float
    outputs: tuple[Shown, ...]
    given: tuple[Shown, ...] = ()


class PublishedRow(Struct, frozen=True, kw_only=True):
    """One published file. ``size`` in bytes, about; ``sha256`` whole, or how it begins; ``here``: it was fetched."""

    template: str
    preset: str
    name: str
    publisher: str
    url: str
    size: int
    sha256: str
    licence: str
    here: bool


class Weights(Struct, frozen=True, kw_only=True):
    """``netloom weights``: the run that holds them; with ``--list`` what is published. ``checked``: what the file's
    digest was compared with; ``notes``: what was not taken as it stood in the file.
    """

    document: str
    preset: str = ""
    models: tuple[str, ...] = ()
    run: str = ""
    title: str = ""
    url: str = ""
    sha256: str = ""
    checked: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    published: tuple[PublishedRow, ...] = ()


class Exported(Struct, frozen=True, kw_only=True):
    """``netloom export``."""

    document: str
    format: str
    files: tuple[str, ...]


class Reached(Struct, frozen=True, kw_only=True):
    """What one training from one seed came to; ``value`` is null where it did not end, and ``message`` says why."""

    seed: str
    value: float | None
    seconds: float
    reached: bool
    message: str = ""


class ModelEvidence(Struct, frozen=True, kw_only=True):
    """``macs``: multiply-accumulates for one example; ``outputs``: shapes by port."""

    name: str
    macs: int
    outputs: Mapping[str, str]


class Evidence(Struct, frozen=True, kw_only=True):
    """What a template states beside what was found. ``receipt``: ``verified``, ``stale`` (the template or what it uses
    has changed since), or ``none``. ``measured``: the goal's value for each seed of the receipt; ``here``: of one here.
    ``baseline`` is the strongest of ``baselines``.
    """

    template: str
    parameters_stated: int
    parameters_counted: int
    models: tuple[ModelEvidence, ...] = ()
    elaborated_ms: float
    written_ms: float | None = None
    built_ms: float | None = None
    not_built: str = ""
    problems: tuple[str, ...] = ()
    goal: str = ""
    measured: tuple[Reached, ...] = ()
    here: Reached | None = None
    reached: bool | None = None
    receipt: str = "none"
    date: str = ""
    compared: Mapping[str, str] = {}
    baselines: Mapping[str, float] = {}
    baseline: str = ""
    ruin: str = ""
    ruin_measured: float | None = None


class Verified(Struct, frozen=True, kw_only=True):
    """``netloom verify``."""

    templates: tuple[Evidence, ...]


BY_VERB: Mapping[str, type[Struct]] = {
    "templates": Templates,
    "new": New,
    "check": Checked,
    "summary": Summary,
    "code": Code,
    "train": Trained,
    "runs": Runs,
    "run": Ran,
    "export": Exported,
    "weights": Weights,
    "verify": Verified,
}

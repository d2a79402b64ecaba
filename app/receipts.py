"""Receipts: what a template's verification measured, and the hashes that say of which template. No Qt, no torch.

A receipt is only ever written by ``make verify``, after every seed has reached the goal. It is stale once the document
(its drawing and recipe, not its layout or prose), a module or the reader that it uses is not the same any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.resources import files as resources

import msgspec
from msgspec import Struct

import templates
from app.core.document import Credit, Document, Goal
from app.core.elaborate import elaborate, source_fields
from app.core.files import encode
from app.core.recipe import plain_recipe
from app.core.results import GraphResult, walk
from blocks import library, module_text

FOLDER = "receipts"
PRESET = "quick"


class Measured(Struct, frozen=True, kw_only=True):
    """One training from one seed."""

    value: float
    seconds: float
    steps: int


class Ruined(Struct, frozen=True, kw_only=True):
    """The same training of the document without its idea; ``what`` was taken out of it."""

    what: str
    measured: Measured


class Receipt(Struct, frozen=True, kw_only=True):
    """``parameters``: what torch counted, by preset and model. ``calibration_seconds``: of a fixed piece of work on the
    same machine, so that seconds can be compared with those of another. ``baselines``: what cheap answers come to on
    the goal's split, by what they do; they and the ``ruin`` miss the goal.
    """

    template: str
    preset: str
    date: str
    commit: str
    hashes: Mapping[str, str]
    goal: Goal
    seeds: Mapping[str, Measured]
    parameters: Mapping[str, Mapping[str, int]]
    versions: Mapping[str, str]
    threads: int
    machine: str
    calibration_seconds: float
    compared: Mapping[str, str] = {}
    baselines: Mapping[str, float] = {}
    ruin: Ruined | None = None


def hashes(name: str) -> dict[str, str]:
    """What a receipt of this template is about: its document, and each file of blocks/modules that it uses."""
    document = templates.load(name)
    found = {"document": _hash(encode(_bare(document)))}
    found.update({module: _hash(module_text(module).encode()) for module in sorted(modules_used(document))})
    return found


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _bare(document: Document) -> Document:
    """Without layout and prose: nothing that is trained depends on them."""
    return msgspec.structs.replace(document, layout={}, title="", summary="", lesson="", credit=Credit(), template="")


def modules_used(document: Document) -> set[str]:
    """Names in blocks/modules: those of blocks that carry one, and the data reader."""
    elaboration = elaborate(document, library(), PRESET)
    found = carried((*elaboration.models.values(), *elaboration.steps.values()))
    recipe = plain_recipe(document, PRESET)
    if recipe is not None:
        source, _ = source_fields(recipe.data, library(), document.values(PRESET))
        if source is not None and source.reader:
            found.add(source.reader)
    return found


def carried(results: Iterable[GraphResult]) -> set[str]:
    """Names in blocks/modules of what these instances carry along: classes and functions."""
    nodes = (node for result in results for inner in walk(result) for node in inner.nodes.values())
    made = (unit.block.call(*unit.inputs.values()) for node in nodes for unit in node.units if unit.block is not None)
    return {one.source for one in made if one.source is not None}


def names() -> list[str]:
    """Templates that have a receipt."""
    folder = resources("resources").joinpath(FOLDER)
    if not folder.is_dir():
        return []
    return sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))


def receipt(name: str) -> Receipt | None:
    """The receipt of a template, where there is one."""
    entry = resources("resources").joinpath(FOLDER, f"{name}.json")
    return msgspec.json.decode(entry.read_bytes(), type=Receipt) if entry.is_file() else None


def strongest(found: Receipt) -> tuple[str, float] | None:
    """The baseline that comes nearest to the goal, and its value."""
    best = min if found.goal.at_most is not None else max
    return best(found.baselines.items(), key=lambda one: one[1]) if found.baselines else None


def is_stale(found: Receipt) -> bool:
    """Whether the template, or something that it uses, has changed since."""
    return dict(found.hashes) != hashes(found.template)

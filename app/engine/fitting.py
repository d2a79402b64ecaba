"""Whether a file's tensors are those of a model, name by name and shape by shape, and what differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import torch

from app.messages import LoadWeights, Translation

MOST_NAMED = 3
COUNTER = ".num_batches_tracked"
"""A count that BatchNorm keeps since 2018; files from before are read with 0, as torch itself does."""

Rename = Callable[[str], str | None]
"""From a name in the file to the model's; None for what is no weight of it."""


@dataclass(frozen=True)
class Kind:
    """A tensor without its numbers."""

    shape: tuple[int, ...]
    dtype: torch.dtype
    learnt: bool = False


@dataclass(kw_only=True)
class Fit:
    """One way to read the file. ``takes``: the file's name by the model's; ``copies``: of tensors that are tied to
    another; ``wrong``: expected and found shapes by name.
    """

    takes: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    transposed: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)
    ignored: int = 0
    counters: int = 0
    converted: set[str] = field(default_factory=set)
    parameters: int = 0
    names: int = 0

    @property
    def differences(self) -> int:
        return len(self.missing) + len(self.unexpected) + len(self.wrong)

    @property
    def is_exact(self) -> bool:
        return bool(self.takes) and not self.differences

    def notes(self) -> tuple[str, ...]:
        """What was not taken as it stood."""
        told = []
        if self.transposed:
            told.append(f"{len(self.transposed)} matrices were transposed.")
        if self.ignored:
            told.append(f"{self.ignored} tensors of the file are no weights of this model and were left out.")
        if self.counters:
            told.append(f"{self.counters} counters of batches, which the file does not hold, start at 0.")
        if self.converted:
            told.append(f"Numbers were converted from {', '.join(sorted(self.converted))}.")
        return tuple(told)


def best_fit(
    wanted: Mapping[str, Kind], ties: Mapping[str, str], found: Mapping[str, Kind], request: LoadWeights
) -> Fit:
    """The first way of reading the file that fits exactly, else the one with the fewest differences."""
    tried: list[Fit] = []
    for rename, transposed in _ways(wanted, found, request):
        tried.append(_fit(wanted, ties, found, rename, transposed))
        if tried[-1].is_exact:
            return tried[-1]
    return min(tried, key=lambda fit: fit.differences)


def _ways(wanted: Mapping[str, Kind], found: Mapping[str, Kind], request: LoadWeights) -> Iterator[tuple[Rename, str]]:
    """The names as they stand, without what is put before all of them, and as the publisher's are translated."""
    (alone,) = request.loads if len(request.loads) == 1 else ("",)
    own = f"{alone}." if alone else ""
    yield lambda name: own + name, ""
    starts = {name.partition(".")[0] for name in found}
    if alone in starts:
        # A checkpoint of ours also holds the other models.
        yield lambda name: name if name.startswith(own) else _of_another(name, own, request), ""
    if len(starts) == 1 and all(not name.startswith(f"{own}{next(iter(starts))}.") for name in wanted):
        before = f"{starts.pop()}."
        yield lambda name: own + name.removeprefix(before), ""
    if request.translation is not None:
        translated = _translated(request.translation, found)
        yield lambda name: _after(own, translated(name)), request.translation.transposed


def _after(own: str, name: str | None) -> str | None:
    return None if name is None else own + name


def _of_another(name: str, own: str, request: LoadWeights) -> str | None:
    return None if name.partition(".")[0] in request.models else own + name


def _translated(translation: Translation, found: Mapping[str, Kind]) -> Rename:
    is_whole = any(name.startswith(translation.prefix) for name in found)
    prefix = "" if is_whole else translation.prefix

    def rename(name: str) -> str | None:
        if translation.ignored and re.fullmatch(translation.ignored, name):
            return None
        name = prefix + name
        for pattern, instead in translation.renamed:
            name = re.sub(pattern, instead, name)
        return name

    return rename


def _fit(
    wanted: Mapping[str, Kind], ties: Mapping[str, str], found: Mapping[str, Kind], rename: Rename, transposed: str
) -> Fit:
    fit = Fit(names=len(wanted))
    places: dict[str, str] = {}
    for theirs in found:
        ours = rename(theirs)
        if ours is None:
            fit.ignored += 1
        elif ours not in wanted or ours in places:
            fit.unexpected.append(theirs)
        else:
            places[ours] = theirs
    _take_tied(fit, ties, places)
    for ours, kind in wanted.items():
        if ours in ties:
            continue
        if ours not in places:
            _leave_out(fit, ours, kind)
            continue
        _take(fit, ours, kind, places[ours], found[places[ours]], transposed)
    return fit


def _take_tied(fit: Fit, ties: Mapping[str, str], places: dict[str, str]) -> None:
    """One tensor under several names: any of them will do."""
    for name, owner in ties.items():
        if name in places:
            fit.copies[name] = places.pop(name)
            places.setdefault(owner, fit.copies[name])


def _leave_out(fit: Fit, name: str, kind: Kind) -> None:
    if name.endswith(COUNTER) and kind.shape == ():
        fit.counters += 1
    else:
        fit.missing.append(name)


def _take(fit: Fit, name: str, kind: Kind, theirs: str, given: Kind, transposed: str) -> None:
    turned = bool(transposed) and len(given.shape) == 2 and re.search(transposed, name) is not None
    shape = given.shape[::-1] if turned else given.shape
    both_real = kind.dtype.is_floating_point and given.dtype.is_floating_point
    if shape != kind.shape or not (both_real or kind.dtype == given.dtype):
        fit.wrong[name] = shown(kind, given), shown(Kind(shape, given.dtype), kind)
        return
    fit.takes[name] = theirs
    if turned:
        fit.transposed.add(name)
    if kind.dtype != given.dtype:
        fit.converted.add(_plain(given.dtype))
    if kind.learnt:
        fit.parameters += torch.Size(kind.shape).numel()


def shown(kind: Kind, other: Kind) -> str:
    """A shape as people write it, with its type where that is what differs."""
    text = "×".join(map(str, kind.shape)) or "one number"
    return text if kind.dtype == other.dtype else f"{text} {_plain(kind.dtype)}"


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def misfit(fit: Fit, file: str, models: tuple[str, ...]) -> str:
    """What differs, as a sentence."""
    parts = []
    if fit.wrong:
        some = [
            f"{told(name, models)} is {want} in the model and {came} in the file"
            for name, (want, came) in fit.wrong.items()
        ]
        parts.append(_few(some, ", "))
    if fit.missing:
        parts.append(f"the file lacks {_few([told(name, models) for name in fit.missing], ', ')}")
    if fit.unexpected:
        parts.append(f"the model has no {_few(fit.unexpected, ', ')}")
    right = len(fit.takes)
    rest = "No tensor fits." if not right else f"{right} of the model's {fit.names} tensors fit."
    remedy = "Choose the preset that the file was made for, or undo what was changed in the drawing."
    if len(models) > 1:
        remedy = "Choose the preset that the file was made for, or say which one of the models it is for."
    return (
        f"“{file}” does not fit {' and '.join(models)}: {'; '.join(parts) or 'the file holds no tensors'}. "
        f"{rest} {remedy}"
    )


def told(name: str, models: tuple[str, ...]) -> str:
    """A tensor's name; the model's goes without saying where there is one."""
    return name.removeprefix(f"{models[0]}.") if len(models) == 1 else name


def _few(names: list[str], separator: str) -> str:
    more = len(names) - MOST_NAMED
    return separator.join(islice(names, MOST_NAMED)) + (f" and {more} more" if more > 0 else "")

"""What is compared with what: a template's reference, how keys correspond, and an input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from tests.references.installed import torchvision

State = dict[str, Tensor]
Translate = Callable[[State, nn.Module], State]
"""From one side's names and layouts to those of the module that is given."""


def same_names(state: State, _: nn.Module) -> State:
    return state


def in_order(state: State, other: nn.Module) -> State:
    """For references whose names mean nothing: in order of definition, which is that of the data's way."""
    names = list(other.state_dict())
    if len(names) != len(state):
        raise ValueError(f"{len(state)} tensors meet {len(names)}.")
    return dict(zip(names, state.values(), strict=True))


def transposed(pattern: str) -> Translate:
    """Same names, but the matrices whose names match lie the other way."""

    def translate(state: State, _: nn.Module) -> State:
        return {key: value.T if re.search(pattern, key) else value for key, value in state.items()}

    return translate


def prefixed(pairs: Mapping[str, str]) -> Translate:
    """Names that begin differently on both sides."""
    both_ways = [*pairs.items(), *((theirs, ours) for ours, theirs in pairs.items())]

    def translate(state: State, other: nn.Module) -> State:
        wanted = set(other.state_dict())
        found: State = {}
        for key, value in state.items():
            names = {key} | {there + key[len(here) :] for here, there in both_ways if key.startswith(here)}
            (name,) = names & wanted
            found[name] = value
        return found

    return translate


@dataclass(frozen=True, kw_only=True)
class Case:
    template: str
    reference: str
    build: Callable[[], nn.Module]
    inputs: Callable[[bool], tuple[Tensor, ...]]
    """Of the evaluation (false) and of the training step (true)."""
    models: tuple[str, ...] = ()
    """Builders in the generated file; the template's own name unless said."""
    preset: str = "paper"
    translate: Translate = same_names
    keys: str = "the same"
    explained: Mapping[str, str] = field(default_factory=dict)
    """Beginnings that differ for a reason: pattern of the name, reason."""
    call: Callable[[nn.Module, tuple[Tensor, ...]], Any] = lambda model, inputs: model(*inputs)
    join: Callable[..., nn.Module] | None = None

    @property
    def label(self) -> str:
        name = self.template if self.models in ((), (self.template,)) else f"{self.template} {'+'.join(self.models)}"
        return name if self.preset == "paper" else f"{name} ({self.preset})"


def image(channels: int, size: int, training_size: int | None = None) -> Callable[[bool], tuple[Tensor, ...]]:
    def draw(training: bool) -> tuple[Tensor, ...]:
        side = training_size if training and training_size else size
        return (torch.randn(2, channels, side, side),)

    return draw


def tokens(vocabulary: int, length: int) -> Callable[[bool], tuple[Tensor, ...]]:
    return lambda _: (torch.randint(vocabulary, (2, length)),)


def columns(*shape: int) -> Callable[[bool], tuple[Tensor, ...]]:
    return lambda _: (torch.rand(*shape),)


def torchvision_case(name: str) -> Case:
    return Case(
        template=name,
        reference=f"torchvision {name}",
        build=lambda: torchvision(name),
        inputs=image(3, 224, 64),
    )

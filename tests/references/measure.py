"""How far two modules with the same parameters are apart, and whether they begin alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from tests.references.case import Case, State

TOLERANCE = 1e-5
"""Of outputs, relative to the largest. Gradients pass through every layer twice, and are given ten times as much."""


def stir(model: nn.Module) -> None:
    """Move every number away from where it begins, so that no two zeros can be taken for one another."""
    parameters = dict(model.named_parameters())
    saved = model.state_dict()  # tables that are computed are no part of it, and stay
    with torch.no_grad():
        for name, value in [*parameters.items(), *((n, b) for n, b in model.named_buffers() if n in saved)]:
            if not value.is_floating_point():
                value.fill_(3)
            elif name.endswith("running_var"):
                value.uniform_(0.5, 1.5)
            else:
                spread = float(value.std()) if value.numel() > 1 else 0.0
                value.add_(torch.randn_like(value) * (0.1 * spread or 0.05))


def tensors(outputs: Any) -> list[Tensor]:
    return [outputs] if isinstance(outputs, Tensor) else list(outputs)


def apart(ours: Tensor, theirs: Tensor, scale: float | None = None) -> float:
    """The largest difference, relative to the largest of their numbers (or to ``scale``)."""
    if ours.shape != theirs.shape:
        raise ValueError(f"Shapes differ: {tuple(ours.shape)} and {tuple(theirs.shape)}.")
    if not (ours.isfinite().all() and theirs.isfinite().all()):
        raise ValueError("There are numbers that are not finite; they cannot be compared.")
    largest = float(theirs.abs().max()) if scale is None else scale
    return float((ours - theirs).abs().max()) / (largest or 1.0)


def outputs_apart(case: Case, ours: nn.Module, theirs: nn.Module) -> float:
    ours.eval(), theirs.eval()
    torch.manual_seed(3)
    inputs = case.inputs(False)
    with torch.no_grad():
        pairs = zip(tensors(case.call(ours, inputs)), tensors(case.call(theirs, inputs)), strict=True)
        return max(apart(a, b) for a, b in pairs)


def without_dropout(model: nn.Module) -> None:
    for module in model.modules():
        for name in ("p", "dropout"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)


def training_apart(case: Case, ours: nn.Module, theirs: nn.Module) -> tuple[float, float]:
    """Outputs in training (batch statistics, no dropout) with the statistics that are kept, and gradients."""
    torch.manual_seed(4)
    inputs = case.inputs(True)
    for model in (ours, theirs):
        model.train()
        without_dropout(model)
        found = tensors(case.call(model, inputs))
        torch.manual_seed(5)
        total = torch.stack([(output * torch.randn_like(output)).mean() for output in found]).sum()
        if total.requires_grad:  # else nothing is learnt
            total.backward()  # type: ignore[no-untyped-call]
        model.found = [output.detach() for output in found]  # type: ignore[assignment]
    outputs = max(apart(a, b) for a, b in zip(ours.found, theirs.found, strict=True))  # type: ignore[arg-type]
    state = case.translate(ours.state_dict(), theirs)
    kept = [apart(state[name].float(), value.float()) for name, value in theirs.named_buffers() if name in state]
    here = case.translate(gradients(ours), theirs)
    there = gradients(theirs)
    largest = max(float(value.abs().max()) for value in there.values())
    # What is zero in exact arithmetic (a bias before a norm) is noise: small beside the largest is small enough.
    steps = [apart(here[name], value, max(float(value.abs().max()), 1e-3 * largest)) for name, value in there.items()]
    return max([outputs, *kept]), max(steps)


def gradients(model: nn.Module) -> State:
    """Of every tensor of the state, zeros where none came."""
    parameters = dict(model.named_parameters(remove_duplicate=False))
    return {
        name: parameters[name].grad.detach() if name in parameters and parameters[name].grad is not None
        else torch.zeros_like(value, dtype=torch.float32)
        for name, value in model.state_dict().items()
    }  # fmt: skip


def beginnings(ours: State, theirs: Mapping[str, Tensor]) -> list[str]:
    """Tensors that start differently, each as a sentence: mean, spread and form, within what chance allows."""
    found = []
    for name, there in theirs.items():
        here = ours[name]
        if not there.is_floating_point() or there.numel() < 2:
            continue
        (mean, std, form), (wanted_mean, wanted_std, wanted_form) = moments(here), moments(there)
        error = 1 / there.numel() ** 0.5  # of the difference of two estimated spreads, relative
        if abs(std - wanted_std) > max(0.02, 6 * error) * wanted_std:
            found.append(f"{name}: its spread is {std:.4g}, the reference's {wanted_std:.4g}")
        elif abs(mean - wanted_mean) > 6 * 1.5 * wanted_std * error + 1e-9:
            found.append(f"{name}: its mean is {mean:.4g}, the reference's {wanted_mean:.4g}")
        elif wanted_std and there.numel() >= 5000 and abs(form - wanted_form) > 0.6:
            found.append(f"{name}: its kurtosis is {form:.2f}, the reference's {wanted_form:.2f}")
    return found


def moments(value: Tensor) -> tuple[float, float, float]:
    value = value.detach().double()
    mean, std = float(value.mean()), float(value.std())
    return mean, std, float(((value - mean) / std).pow(4).mean()) if std else 0.0


def unexplained(differing: list[str], explained: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What differs without a reason; and the reasons that the rest has."""
    left, reasons = [], []
    for sentence in differing:
        name = sentence.split(":")[0]
        reason = next((reason for pattern, reason in explained.items() if re.search(pattern, name)), None)
        if reason is None:
            left.append(sentence)
        elif reason not in reasons:
            reasons.append(reason)
    return left, reasons

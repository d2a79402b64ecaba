"""The learning rate's ways over a stage, as fractions of its peak.

train.py holds these very functions, text and all, and the window draws them: so they are written in lines as short as
those of generated code, and need nothing but ``math``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping


def constant(step: int, warmup: int = 0) -> float:
    """Rise over the warm-up, then stay at the peak."""
    return min(1.0, (step + 1) / max(1, warmup))


def cosine(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in half a cosine to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))


def linear(step: int, steps: int, warmup: int = 0, final: float = 0.0) -> float:
    """Rise over the warm-up, then fall in a straight line to a fraction of the peak."""
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return final + (1 - final) * (1 - progress)


def staircase(step: int, every: int, factor: float = 0.1, warmup: int = 0) -> float:
    """Rise over the warm-up, then multiply by a factor now and again."""
    if step < warmup:
        return (step + 1) / warmup
    return factor ** (step // every)


def noam(step: int, warmup: int) -> float:
    """Rise over the warm-up, then fall with one over the root of the step."""
    falling: float = (warmup / (step + 1)) ** 0.5
    return min((step + 1) / warmup, falling)


def one_cycle(
    step: int,
    steps: int,
    peak: float = 0.3,
    start: float = 0.04,
    final: float = 1e-4,
) -> float:
    """Rise in half a cosine for a share of the steps, then fall in another."""
    turn = max(1.0, peak * steps)
    rising = step < turn
    progress = step / turn if rising else (step - turn) / max(1.0, steps - turn)
    end = start if rising else final
    wave = 0.5 * (1 + math.cos(math.pi * (1 - progress if rising else progress)))
    return end + (1 - end) * wave


FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "constant": constant,
    "cosine": cosine,
    "linear": linear,
    "step": staircase,
    "noam": noam,
    "one_cycle": one_cycle,
}
"""By the names that recipes use."""

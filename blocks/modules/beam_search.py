"""Writing with several continuations in mind."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def beam_search(
    model: nn.Module,
    tokens: Tensor,
    *given: Tensor,
    count: int,
    end: int | None = None,
    width: int = 4,
    penalty: float = 0.0,
) -> Tensor:
    """Append ``count`` tokens that are likely together: (B, T) -> (B, T + count).

    The ``width`` best continuations are kept after each token; one that has come to
    ``end`` costs nothing more and is filled up with it. In the end log-probabilities
    are divided by length ** penalty.
    """
    batch, start = tokens.shape
    beams = tokens.repeat_interleave(width, dim=0)  # (B * W, T)
    more = [other.repeat_interleave(width, dim=0) for other in given]
    scores = torch.full((batch, width), -torch.inf, device=tokens.device)
    scores[:, 0] = 0  # at first all beams are the same
    lengths = torch.zeros(batch, width, dtype=torch.long, device=tokens.device)
    done = torch.zeros(batch, width, dtype=torch.bool, device=tokens.device)
    first = width * torch.arange(batch, device=tokens.device).unsqueeze(1)
    for _ in range(count):
        chances = model(beams, *more)[:, -1].log_softmax(dim=-1)  # (B * W, C)
        classes = chances.shape[-1]
        chances = chances.reshape(batch, width, classes)
        if end is not None:
            only_end = torch.full_like(chances, -torch.inf)
            only_end[..., end] = 0
            chances = torch.where(done.unsqueeze(-1), only_end, chances)
        total = (scores.unsqueeze(-1) + chances).flatten(1)  # (B, W * C)
        scores, place = total.topk(width, dim=1)
        beam, following = place // classes, place % classes
        kept = beams[(first + beam).flatten()]
        beams = torch.cat([kept, following.reshape(-1, 1)], dim=1)
        done = done.gather(1, beam)
        lengths = lengths.gather(1, beam) + ~done
        if end is not None:
            done = done | (following == end)
    best = (scores / lengths.clamp(min=1) ** penalty).argmax(dim=1, keepdim=True)
    return beams.reshape(batch, width, start + count)[
        torch.arange(batch, device=tokens.device), best.squeeze(1)
    ]

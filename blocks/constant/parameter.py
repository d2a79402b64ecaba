"""Parameter."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.constant._learnt import Held


@dataclass(frozen=True, kw_only=True)
class Parameter(Held):
    """A tensor that is learnt: a class token, an initial state, a table of positions.

    Shapes: nothing → sizes. Its key in the state_dict is the node's own name.
    Source: torch.nn.Parameter.
    """

    target = "nn.Parameter"
    synonyms = ("learnt tensor", "class token", "weight", "bias", "initial state", "position embedding")

"""Buffer."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.constant._learnt import Held


@dataclass(frozen=True, kw_only=True)
class Buffer(Held):
    """A tensor that is kept and saved with the model, but not learnt: the first content of a memory.

    Shapes: nothing → sizes. Its key in the state_dict is the node's own name.
    Source: torch.nn.Buffer.
    """

    target = "nn.Buffer"
    synonyms = ("constant tensor", "register_buffer", "fixed", "memory")

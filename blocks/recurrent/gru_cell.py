"""nn.GRUCell."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.recurrent._cell import OneStateCell


@dataclass(frozen=True, kw_only=True)
class GRUCell(OneStateCell):
    """One step of a gated recurrent unit, for a graph that is scanned.

    r = σ(W_ir·x + W_hr·h), z = σ(W_iz·x + W_hz·h), n = tanh(W_in·x + r·(W_hn·h)), h ← (1 - z)·n + z·h, with biases.
    Shapes: B×features and B×hidden → B×hidden.
    Source: Cho et al., Learning phrase representations using RNN encoder-decoder, 2014; as torch.nn.GRUCell.
    """

    gates = 3
    synonyms = ("gated recurrent unit", "recurrent step")

"""nn.GRU."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.recurrent._recurrent import OneState


@dataclass(frozen=True, kw_only=True)
class GRU(OneState):
    """Gated recurrent units over a sequence: two gates decide what of the state is kept and what is new.

    r = σ(W_ir·x + W_hr·h), z = σ(W_iz·x + W_hz·h), n = tanh(W_in·x + r·(W_hn·h)), h ← (1 - z)·n + z·h, with biases.
    Shapes: B×T×features → B×T×(directions·hidden), and the last states (layers·directions)×B×hidden.
    Source: Cho et al., Learning phrase representations using RNN encoder-decoder, 2014; as torch.nn.GRU.
    """

    gates = 3
    synonyms = ("gated recurrent unit", "recurrent", "sequence")

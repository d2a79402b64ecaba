"""nn.RNNCell."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from app.core.block import Module, choice
from app.core.tensor_type import TensorType
from blocks.recurrent._cell import OneStateCell


@dataclass(frozen=True, kw_only=True)
class RNNCell(OneStateCell):
    """One step of Elman's recurrent net, for a graph that is scanned.

    h ← tanh(W_ih·x + b_ih + W_hh·h + b_hh). Shapes: B×features and B×hidden → B×hidden.
    Source: Elman, Finding structure in time, 1990; as torch.nn.RNNCell.
    """

    gates = 1
    synonyms = ("elman network", "recurrent step")

    nonlinearity: str = choice("tanh", "tanh", "relu", label="Nonlinearity", help="What is applied to the new state.")

    def call(self, input: TensorType, h_0: TensorType | None = None) -> Module:
        module = self._module(input)
        return dataclasses.replace(
            module,
            arguments={**module.arguments, "nonlinearity": self.nonlinearity},
            defaults={**module.defaults, "nonlinearity": "tanh"},
        )

"""LeNet's output: how far the features are from a fixed code of each class."""

from __future__ import annotations

import torch
from torch import Tensor, nn

DIGITS = """
..###.. ...#... .#####. .#####. ....##. ####### ..####. ####### ..###.. ..####.
.#...#. ..##... ##...## ##...## ...###. ##..... .##..## ##...## .##.##. .##..##
##...## .###... ##...## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...#... .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
##...## ...#... ....##. ..####. ##..##. ######. ######. ....##. .##.##. ##...##
##...## ...#... ...##.. ..####. ##..##. ##...## ##...## ...##.. ..###.. .######
##...## ...#... ..##... .....## ####### .....## ##...## ...##.. .##.##. ..#####
##...## ...#... .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...#... ##..... .....## ....##. .....## ##...## ..##... ##...## .....##
##...## ...#... ##..... ##...## ....##. ##...## ##...## .##.... ##...## ##..##.
.#...#. ...#... ##..... ##...## ....##. ##...## .##.##. .##.... .##.##. .####..
..###.. .#####. ####### .#####. ....##. .#####. ..###.. .##.... ..###.. ..##...
"""


class RadialBasisOutput(nn.Module):
    """Squared distances to fixed codes of -1 and 1.

    distance[c] = sum over j of (x[j] - weight[c, j])^2. ``codes``: "digits" are
    pictures of the ten digits, 12 rows of 7; "random" are drawn once from a fixed seed.
    """

    weight: Tensor

    def __init__(
        self, in_features: int, classes: int = 10, codes: str = "digits"
    ) -> None:
        super().__init__()
        made = _pictures() if codes == "digits" else _drawn(classes, in_features)
        if made.shape != (classes, in_features):
            raise ValueError(
                f"The codes are {tuple(made.shape)}, "
                f"but ({classes}, {in_features}) is asked for."
            )
        self.register_buffer("weight", made)

    def forward(self, x: Tensor) -> Tensor:
        return (x.unsqueeze(-2) - self.weight).square().sum(-1)


def _pictures() -> Tensor:
    rows = [line.split() for line in DIGITS.split("\n") if line]
    texts = ["".join(row[digit] for row in rows) for digit in range(10)]
    return torch.tensor(
        [[1.0 if mark == "#" else -1.0 for mark in text] for text in texts]
    )


def _drawn(classes: int, features: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 2, (classes, features), generator=generator) * 2.0 - 1.0

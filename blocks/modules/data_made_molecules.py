"""Made molecules, of which some hold an acid group."""

from random import Random

import torch
from torch import Tensor
from torch.nn import functional

SPLITS = ("train", "validation", "test")
LABELS = ("no acid", "an acid")
CARBON, OXYGEN = 0, 1
SINGLE, DOUBLE = 0, 1
FILLERS = 3  # other atoms of a molecule, at most

Rows = tuple[list[int], list[tuple[int, int]], list[int]]


class Molecules:
    """Molecules of different sizes; those of a batch are the parts of one graph."""

    labels = LABELS

    def __init__(self, rows: list[Rows], label: list[bool], kinds: int, bonds: int):
        """Keep all atoms and bonds in a row each, and how many every molecule has."""
        self.kinds, self.bonds = kinds, bonds
        self.atom = torch.tensor([atom for atoms, _, _ in rows for atom in atoms])
        self.pair = torch.tensor([pair for _, pairs, _ in rows for pair in pairs])
        self.bond = torch.tensor([bond for _, _, bonds in rows for bond in bonds])
        self.atoms = torch.tensor([len(atoms) for atoms, _, _ in rows])
        self.pairs = torch.tensor([len(pairs) for _, pairs, _ in rows])
        self.label = torch.tensor(label).float().unsqueeze(1)

    def __len__(self) -> int:
        """Count the molecules."""
        return len(self.label)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give atoms (V, kinds), edge_index (2, E), bonds (E, bonds), molecule (V,),
        size (B,) and label (B, 1).
        """
        size = self.atoms[indices]
        pair = self.pair[rows_of(indices, self.pairs)]
        first = (size.cumsum(0) - size).repeat_interleave(self.pairs[indices])
        edges = (pair + first.unsqueeze(1)).T
        bond = functional.one_hot(self.bond[rows_of(indices, self.pairs)], self.bonds)
        atom = functional.one_hot(self.atom[rows_of(indices, self.atoms)], self.kinds)
        return {
            "atoms": atom.float(),
            "edge_index": torch.cat([edges, edges.flip(0)], dim=1),
            "bonds": torch.cat([bond, bond]).float(),
            "molecule": torch.arange(len(indices)).repeat_interleave(size),
            "size": size,
            "label": self.label[indices],
        }


def rows_of(indices: Tensor, counts: Tensor) -> Tensor:
    """Number the rows of these molecules, where each has its count of rows."""
    wanted = counts[indices]
    begin = (counts.cumsum(0) - counts)[indices]
    within = torch.arange(int(wanted.sum())) - (
        wanted.cumsum(0) - wanted
    ).repeat_interleave(wanted)
    return begin.repeat_interleave(wanted) + within


def has_acid(doubles: list[int], singles: list[int]) -> bool:
    """Tell whether a carbon holds one oxygen by a double bond and one by a single."""
    both = set(doubles) & set(singles)
    return any(doubles.count(host) == singles.count(host) == 1 for host in both)


def drawn(random: Random, fewest: int, most: int, kinds: int) -> tuple[Rows, bool]:
    """Draw a molecule; oxygens move about until it is what a coin wants it to be."""
    carbons, double, single = (random.randint(fewest, most) for _ in range(3))
    acid = random.random() < 0.5
    doubles: list[int] = []
    singles: list[int] = []
    while not doubles or has_acid(doubles, singles) != acid:
        doubles = [random.randrange(carbons) for _ in range(double)]
        singles = [random.randrange(carbons) for _ in range(single)]
    atoms = [CARBON] * carbons
    pairs = [(random.randrange(atom), atom) for atom in range(1, carbons)]
    bonds = [random.choice((SINGLE, DOUBLE)) for _ in pairs]
    hung = [(host, OXYGEN, DOUBLE) for host in doubles]
    hung += [(host, OXYGEN, SINGLE) for host in singles]
    for _ in range(random.randint(0, FILLERS) if kinds > 2 else 0):
        kind = random.randrange(2, kinds)
        hung.append((random.randrange(carbons), kind, SINGLE))
    for host, kind, bond in hung:
        pairs.append((host, len(atoms)))
        atoms.append(kind)
        bonds.append(bond)
    return (atoms, pairs, bonds), acid


def load(
    split: str,
    *,
    kinds: int = 4,
    bonds: int = 2,
    fewest: int = 5,
    most: int = 7,
    examples: int = 4000,
    held_out: int = 1000,
    seed: int = 0,
) -> Molecules:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if not 2 <= fewest <= most <= 2 * fewest:
        raise ValueError(f"Expected most from {fewest} to {2 * fewest}; {most} came.")
    random = Random(len(SPLITS) * seed + SPLITS.index(split))
    count = examples if split == "train" else held_out
    made = [drawn(random, fewest, most, kinds) for _ in range(count)]
    return Molecules(
        [rows for rows, _ in made], [acid for _, acid in made], kinds, bonds
    )

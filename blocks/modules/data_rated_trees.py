"""Made phrases as binary trees, with a rating at each node."""

from __future__ import annotations

from random import Random

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
RATED = {
    "awful": -2,
    "terrible": -2,
    "bad": -1,
    "dull": -1,
    "film": 0,
    "plot": 0,
    "nice": 1,
    "fine": 1,
    "great": 2,
    "superb": 2,
}
MODIFIERS = ("not", "very", "hardly")
WORDS = ("-", *RATED, *MODIFIERS)
NOWHERE, MOST = -100, 2
Tree = str | tuple["Tree", "Tree"]


class Trees:
    """One split, read in whole batches."""

    labels = WORDS

    def __init__(self, words: Tensor, children: Tensor, ratings: Tensor) -> None:
        """Keep words (N, L), children (N, L - 1, 2) and ratings (N, 2 L - 1)."""
        self.words = words
        self.children = children
        self.ratings = ratings

    def __len__(self) -> int:
        """Count the trees."""
        return len(self.words)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give words (B, L), children (B, L - 1, 2) and ratings (B, 2 L - 1)."""
        return {
            "words": self.words[indices],
            "children": self.children[indices],
            "ratings": self.ratings[indices],
        }

    def decode(self, ids: Tensor) -> str:
        """Write word numbers (L,) as a phrase."""
        return " ".join(WORDS[index] for index in ids.flatten().tolist() if index)


def grown(random: Random, leaves: int, modified: float) -> Tree:
    """Draw a phrase of so many words."""
    if leaves == 1:
        return random.choice(tuple(RATED))
    if random.random() < modified:
        return random.choice(MODIFIERS), grown(random, leaves - 1, modified)
    left = random.randrange(1, leaves)
    return grown(random, left, modified), grown(random, leaves - left, modified)


def joined(left: Tree, one: int, other: int) -> int:
    """Rate two phrases side by side, or a modifier and what it modifies."""
    if left == "not":
        return -other
    sign = (other > 0) - (other < 0)
    if left == "very":
        return MOST * sign
    if left == "hardly":
        return -sign
    return max(-MOST, min(MOST, one + other))


class Written:
    """A tree as rows of numbers: words, children of joints, ratings of both."""

    def __init__(self, tree: Tree, leaves: int) -> None:
        """Number the nodes of a tree of at most ``leaves`` words."""
        self.words: list[int] = []
        self.children: list[tuple[int, int]] = []
        self.leaf_ratings: list[int] = []
        self.joint_ratings: list[int] = []
        self.spare = leaves - words_of(tree)
        self.first = leaves + self.spare
        self.write(tree)

    def write(self, tree: Tree) -> tuple[int, int]:
        """Number a tree from its leaves up; give its node's number and rating."""
        if isinstance(tree, str):
            rating = RATED.get(tree, 0)
            self.words.append(WORDS.index(tree))
            self.leaf_ratings.append(rating)
            return len(self.words) - 1, rating
        (one, left), (other, right) = self.write(tree[0]), self.write(tree[1])
        rating = joined(tree[0], left, right)
        self.children.append((one, other))
        self.joint_ratings.append(rating)
        return self.first + len(self.children) - 1, rating

    def rows(self) -> tuple[list[int], list[tuple[int, int]], list[int]]:
        """Fill up with unused leaves behind and unused joints before the used ones."""
        nowhere = [NOWHERE] * self.spare
        ratings = [rating + MOST for rating in self.leaf_ratings]
        above = [rating + MOST for rating in self.joint_ratings]
        words = self.words + [0] * self.spare
        children = [(0, 0)] * self.spare + self.children
        return words, children, ratings + nowhere + nowhere + above


def words_of(tree: Tree) -> int:
    """Count the words of a phrase."""
    return 1 if isinstance(tree, str) else words_of(tree[0]) + words_of(tree[1])


def load(
    split: str,
    *,
    shortest: int = 2,
    longest: int = 10,
    modified: float = 0.5,
    examples: int = 4000,
    held_out: int = 500,
    seed: int = 0,
) -> Trees:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if shortest > longest:
        raise ValueError(
            f"Expected a shortest length of at most {longest}; {shortest} came."
        )
    random = Random(len(SPLITS) * seed + SPLITS.index(split))
    rows = []
    for _ in range(examples if split == "train" else held_out):
        tree = grown(random, random.randint(shortest, longest), modified)
        rows.append(Written(tree, longest).rows())
    words, children, ratings = (torch.tensor(part) for part in zip(*rows, strict=True))
    return Trees(words, children, ratings)

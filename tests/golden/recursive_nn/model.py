"""Recursive neural net."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = [
    "Composition",
    "RecursiveNet",
    "TensorComposition",
    "TreeLSTM",
    "TreeLSTMLeaf",
    "Words",
    "recursive_nn",
    "words",
]


def tree_fold(
    model: nn.Module, leaves: Tensor, children: Tensor, *given: Tensor
) -> Tensor:
    """Call the model on the states of each node's children, one node after the other.

    leaves (B, L, F) and the children's numbers (B, S, K) -> all nodes (B, L + S, F);
    the model makes (B, F) of (B, K, F) and of what else is given.
    """
    nodes = list(leaves.unbind(dim=1))
    tree = torch.arange(len(leaves), device=leaves.device).unsqueeze(1)  # (B, 1)
    for numbers in children.unbind(dim=1):  # (B, K)
        below = torch.stack(nodes, dim=1)[tree, numbers]  # (B, K, F)
        nodes.append(model(below, *given))
    return torch.stack(nodes, dim=1)


class Words(nn.Module):
    """A vector for each word.

    words (B, L) -> (B, L, word)
    """

    def __init__(self, vocabulary: int = 14, word: int = 25) -> None:
        super().__init__()
        self.vectors = nn.Embedding(vocabulary, word)

    def forward(self, words: Tensor) -> Tensor:
        leaves: Tensor = self.vectors(words)  # (B, L, word)
        return leaves


class Composition(nn.Module):
    """Two phrases become one.

    children (B, in_length, in_features) -> (B, size)
    """

    def __init__(self, in_length: int, in_features: int, size: int = 25) -> None:
        super().__init__()
        self.linear = nn.Linear(in_length * in_features, size)

    def forward(self, children: Tensor) -> Tensor:
        return torch.tanh(self.linear(torch.flatten(children, 1)))  # (B, size)


class TensorComposition(nn.Module):
    """Two phrases become one, their product included.

    children (B, in_length, in_features) -> (B, size)
    """

    def __init__(self, in_length: int, in_features: int, size: int = 25) -> None:
        super().__init__()
        self.linear = nn.Linear(in_length * in_features, size)
        self.tensor = nn.Bilinear(
            in_length * in_features, in_length * in_features, size, bias=False
        )

    def forward(self, children: Tensor) -> Tensor:
        x = torch.flatten(children, 1)  # (B, in_length * in_features)
        return torch.tanh(self.linear(x) + self.tensor(x, x))  # (B, size)


class TreeLSTM(nn.Module):
    """Gates decide what of either child's cell is kept."""

    def __init__(self, size: int = 25) -> None:
        super().__init__()
        self.size = size
        self.lh = nn.Linear(size, size * 5)
        self.rh = nn.Linear(size, size * 5)

    def forward(self, children: Tensor) -> Tensor:
        left, right = children.unbind(1)
        h_left, c_left = torch.split(left, [self.size, self.size], dim=-1)
        h_right, c_right = torch.split(right, [self.size, self.size], dim=-1)
        write, keep_left, keep_right, show, new = (
            self.lh(h_left) + self.rh(h_right)
        ).chunk(5, dim=-1)
        x = torch.sigmoid(keep_left) * c_left
        y = torch.sigmoid(write) * torch.tanh(new)
        x = x + torch.sigmoid(keep_right) * c_right + y
        return torch.cat([torch.sigmoid(show) * torch.tanh(x), x], dim=-1)


class TreeLSTMLeaf(nn.Module):
    """State and cell of a word.

    word (B, L, in_features) -> (B, L, size * 2)
    """

    def __init__(self, in_features: int, size: int = 25) -> None:
        super().__init__()
        self.c = nn.Linear(in_features, size)
        self.o = nn.Linear(in_features, size)

    def forward(self, word: Tensor) -> Tensor:
        x = self.c(word)  # (B, L, size)
        y = torch.sigmoid(self.o(word))  # (B, L, size)
        return torch.cat([y * torch.tanh(x), x], dim=-1)  # (B, L, size * 2)


class RecursiveNet(nn.Module):
    """One net at every joint of the tree, and a rating of every node.

    leaves (B, L, in_features), children (B, S, children_features) -> (B, L + S,
    ratings)
    """

    def __init__(
        self,
        in_features: int,
        children_features: int,
        size: int = 25,
        ratings: int = 5,
        form: str = "plain",
    ) -> None:
        super().__init__()
        self.size = size
        self.form = form
        if form == "tensor":
            self.composition: nn.Module = TensorComposition(
                children_features, in_features, size=size
            )
        elif form == "lstm":
            self.composition = TreeLSTM(size=size)
        else:
            self.composition = Composition(children_features, in_features, size=size)
        self.leaf: nn.Module = nn.Identity()
        if form == "lstm":
            self.leaf = TreeLSTMLeaf(in_features, size=size)
        self.classifier = nn.Linear(size, ratings)

    def forward(self, leaves: Tensor, children: Tensor) -> Tensor:
        nodes = tree_fold(self.composition, self.leaf(leaves), children)
        if self.form == "lstm":
            nodes = nodes.narrow(-1, 0, self.size)
        logits: Tensor = self.classifier(nodes)  # (B, L + S, ratings)
        return logits


def words(vocabulary: int = 14, word: int = 25) -> Words:
    """The words model with the values of the "paper" preset as defaults."""
    return Words(vocabulary=vocabulary, word=word)


def recursive_nn(
    word: int = 25, size: int = 25, ratings: int = 5, form: str = "plain"
) -> RecursiveNet:
    """The recursive_nn model with the values of the "paper" preset as defaults."""
    return RecursiveNet(word, 2, size=size, ratings=ratings, form=form)

"""What Transformers must beat."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from tests.baselines import Measured
from tests.baselines.classes import of_classes
from tests.baselines.data import quick_data
from tests.baselines.rnn import of_brackets


def linear_map(name: str) -> dict[str, float]:
    """Share of strings that a linear map from all letters to each place answers without a mistake."""
    train, test = (quick_data(name, split) for split in ("train", "test"))
    kinds = int(train["source"].max()) + 1
    x, given = (functional.one_hot(split["source"], kinds).flatten(1).float() for split in (train, test))
    y = functional.one_hot(train["target"], kinds).flatten(1).float()
    weights = torch.linalg.lstsq(functional.pad(x, (0, 1), value=1.0), y, driver="gelsd").solution
    written = (functional.pad(given, (0, 1), value=1.0) @ weights).unflatten(1, (-1, kinds)).argmax(2)
    return {"a linear map from all letters to each place": float((written == test["target"]).all(1).float().mean())}


def with_gaps(tokens: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Tokens as BERT is shown them, and which are asked for: 15 in 100; of those 8 in 10 are hidden and 1 exchanged."""
    generator = torch.Generator().manual_seed(seed)
    is_asked = (torch.rand(tokens.shape, generator=generator) < 0.15) & (tokens >= 4)
    lot = torch.rand(tokens.shape, generator=generator)
    others = torch.randint(4, int(tokens.max()) + 1, tokens.shape, generator=generator)
    shown = tokens.where(~is_asked | (lot >= 0.9), torch.where(lot < 0.8, 3, others))
    return shown, is_asked


def hidden_tokens(name: str, epochs: int = 8) -> dict[str, float]:
    """Share of hidden tokens found out from those beside them, or by a linear map from all tokens at their places."""
    train, test = (quick_data(name, split)["tokens"] for split in ("train", "test"))
    kinds = int(train.max()) + 1
    shown, hidden = with_gaps(test, seed=0)
    following: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for row in train.tolist():
        for left, here, right in zip(row, row[1:], row[2:], strict=False):
            following[left, right][here] += 1
    asked = hidden.nonzero().tolist()
    beside = [following[int(shown[n, place - 1]), int(shown[n, place + 1])] for n, place in asked]
    right = [
        bool(seen) and seen.most_common(1)[0][0] == int(test[at[0], at[1]])
        for seen, at in zip(beside, asked, strict=True)
    ]

    width = shown.shape[1] * kinds
    squares, products = torch.eye(width + 1), torch.zeros(train.shape[1], width + 1, kinds)
    for epoch in range(epochs):
        gaps, answers = with_gaps(train, seed=epoch + 1)
        x = functional.pad(functional.one_hot(gaps, kinds).flatten(1).float(), (0, 1), value=1.0)
        squares += x.T @ x
        for place in range(train.shape[1]):
            rows = answers[:, place]
            products[place] += x[rows].T @ functional.one_hot(train[rows, place], kinds).float()
    given = functional.pad(functional.one_hot(shown, kinds).flatten(1).float(), (0, 1), value=1.0)
    guessed = torch.stack([given @ torch.linalg.solve(squares, found) for found in products], dim=1).argmax(2)
    return {
        "the most frequent token between both neighbours": sum(right) / len(right),
        "a linear map from all tokens at their places": float((guessed == test)[hidden].float().mean()),
    }


def explained(x: Tensor, y: Tensor, given: Tensor, wanted: Tensor, strength: float) -> float:
    """Share of the variance that a linear map explains, with weights kept small."""
    one = functional.pad(x, (0, 1), value=1.0)
    weights = torch.linalg.solve(one.T @ one + strength * torch.eye(one.shape[1]), one.T @ y)
    errors = (functional.pad(given, (0, 1), value=1.0) @ weights - wanted).square().sum(0)
    return float((1 - errors / (wanted - wanted.mean(0)).square().sum(0)).mean())


def looked_up() -> dict[str, float]:
    """What linear maps tell of the content that a place asks for."""
    train, test = (quick_data("self_attention", split) for split in ("train", "test"))
    alone = (data[name].flatten(0, 1) for data in (train, test) for name in ("x", "target"))
    together = [data[name].flatten(1) for data in (train, test) for name in ("x", "target")]
    return {
        "a linear map from the place itself": explained(*alone, strength=1.0),
        "a linear map from all places": max(explained(*together, strength=strength) for strength in (1e3, 1e4, 1e5)),
    }


BASELINES: dict[str, Measured] = {
    "gpt": partial(of_brackets, "gpt"),
    "bert": partial(hidden_tokens, "bert"),
    "roberta": partial(hidden_tokens, "roberta"),
    "self_attention": looked_up,
    "seq2seq": partial(linear_map, "seq2seq"),
    "attention_seq2seq": partial(linear_map, "attention_seq2seq"),
    "vit": partial(of_classes, "vit", epochs=(1, 20, 100)),
    "gpt2": partial(of_brackets, "gpt2"),
    "transformer": partial(linear_map, "transformer"),
}

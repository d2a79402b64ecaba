"""Baselines measure what they say, and the made data keep cheap answers at the distance that goals rely on."""

from __future__ import annotations

import pytest
import torch

from tests import baselines


def test_ngrams_know_chance_and_what_repeats() -> None:
    chance = torch.randint(8, (20_000,), generator=torch.Generator().manual_seed(0)).tolist()
    assert baselines.ngram_bits(chance[:15_000], chance[15_000:], 2, 8)[0] == pytest.approx(3, abs=0.01)
    repeated = [0, 1, 2, 1] * 500
    single, pairs, triples = baselines.ngram_bits(repeated, repeated[:400], 3, 8)
    assert single == pytest.approx(1.5, abs=0.01)
    assert pairs == pytest.approx(0.5, abs=0.02)
    assert triples < 0.05


def test_samples_are_judged() -> None:
    train, test = (baselines.whole("data_digits", split, flat=True)["image"] for split in ("train", "test"))
    held_out = baselines.whole("data_digits", "validation", flat=True)["image"]
    real = list(baselines.sample_figures(held_out, train, test).values())
    noise = list(baselines.sample_figures(torch.rand(178, 64), train, test).values())
    same = list(baselines.sample_figures(test.mean(0).repeat(178, 1), train, test).values())
    assert real == pytest.approx([1, 0.88, 0.5, 0.5], abs=0.08)
    assert noise[0] > 2
    assert noise[1] == 0
    assert noise[2] == noise[3] == 1
    assert same[3] > 0.95


def test_what_knows_the_rule_is_far_ahead_of_counts() -> None:
    *counts, rule = (value for _, value in baselines.nested_brackets())
    assert min(counts) > rule + 0.35


def test_neither_edges_nor_features_suffice() -> None:
    figures = [value for name, value in baselines.graphs() if name.startswith("block")]
    assert max(figures) < 0.7


def test_where_a_digit_lies_defeats_a_linear_model() -> None:
    name, value = next(baselines.placed_digits())
    assert "logistic" in name
    assert value < 0.3

"""Baselines measure what they say, and the made data keep cheap answers at the distance that goals rely on."""

from __future__ import annotations

import pytest
import torch

import templates
from tests.baselines import answers, baselines
from tests.baselines.data import quick_data, whole
from tests.baselines.embeddings import sense_limit
from tests.baselines.rnn import rule_bits


def test_every_template_has_some() -> None:
    assert set(baselines()) == set(templates.names())


def test_ngrams_know_chance_and_what_repeats() -> None:
    chance = torch.randint(8, (20_000,), generator=torch.Generator().manual_seed(0)).tolist()
    assert answers.ngram_bits(chance[:15_000], chance[15_000:], 2, 8)[0] == pytest.approx(3, abs=0.01)
    repeated = [0, 1, 2, 1] * 500
    single, pairs, triples = answers.ngram_bits(repeated, repeated[:400], 3, 8)
    assert single == pytest.approx(1.5, abs=0.01)
    assert pairs == pytest.approx(0.5, abs=0.02)
    assert triples < 0.05


def test_samples_are_judged() -> None:
    train, test = (whole("data_digits", split, flat=True)["image"] for split in ("train", "test"))
    held_out = whole("data_digits", "validation", flat=True)["image"]
    real = list(answers.sample_figures(held_out, train, test).values())
    noise = list(answers.sample_figures(torch.rand(178, 64), train, test).values())
    same = list(answers.sample_figures(test.mean(0).repeat(178, 1), train, test).values())
    assert real == pytest.approx([1, 0.88, 0.5, 0.5], abs=0.08)
    assert noise[0] > 2
    assert noise[1] == 0
    assert noise[2] == noise[3] == 1
    assert same[3] > 0.95


def test_what_knows_the_rule_is_far_ahead_of_counts() -> None:
    counts = baselines()["lstm"]().values()
    assert min(counts) > rule_bits(quick_data("lstm", "test")["tokens"]) + 0.35


def test_a_sentence_tells_what_its_words_mean() -> None:
    assert sense_limit() > 0.88


def test_neither_edges_nor_features_suffice() -> None:
    found = baselines()["gcn"]()
    both = found.pop("logistic regression on them and the neighbours' mean")
    assert max(found.values()) < 0.7
    goal = templates.load("gcn").presets["quick"].goal
    assert goal is not None
    assert goal.at_least is not None
    assert both < goal.at_least


def test_where_a_digit_lies_defeats_a_linear_model() -> None:
    train, test = quick_data("lenet5", "train"), quick_data("lenet5", "test")
    assert answers.logistic(train["image"], train["label"], test["image"], test["label"]) < 0.3

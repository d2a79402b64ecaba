"""What the made language and the made graphs promise of their contents."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.sources.readers import reader


def language(split: str, **arguments: Any) -> Any:
    settings: dict[str, Any] = {"stems": 20, "forms": 4, "sentences": 800, "length": 9, "window": 3} | arguments
    return reader("data_made_language").load(split, **settings)


def whole(name: str, **arguments: Any) -> dict[str, torch.Tensor]:
    data = reader(name).load("train", **arguments)
    batch: dict[str, torch.Tensor] = data.batch(torch.arange(1), torch.Generator())
    return batch


def test_every_word_is_spelled_differently() -> None:
    assert len(set(reader("data_made_language").spelled(5625, 8))) == 45_000


def test_neighbours_stand_in_one_sentence_at_most_a_window_apart() -> None:
    data = language("train")
    place, other = data.places(5000, torch.Generator().manual_seed(1))
    apart = (place - other).abs()
    assert int(apart.min()) == 1
    assert int(apart.max()) == 3
    assert (apart == 1).sum() > (apart == 2).sum() > (apart == 3).sum()
    assert 0 <= int(other.min()) <= int(other.max()) < 9


def test_a_gap_has_the_words_on_both_sides() -> None:
    data = language("test", view="gaps")
    drawn = data.batch(torch.arange(50), torch.Generator())
    for row, (around, centre) in enumerate(zip(drawn["contexts"], drawn["centre"], strict=True)):
        at = int(data.kept[row])
        sentence = data.text[row].tolist()
        assert sentence[at - 3 : at] + sentence[at + 1 : at + 4] == around.tolist()
        assert sentence[at] == int(centre)


def test_cells_are_divided_with_their_mirror_images_and_hold_the_counts() -> None:
    cells = [language(split, view="cells", sentences=60) for split in ("train", "validation", "test")]
    places = [set(zip(part.word.tolist(), part.context.tolist(), strict=True)) for part in cells]
    assert sum(map(len, places)) == len(places[0] | places[1] | places[2])
    assert all((context, word) in part for part in places for word, context in part)
    text = language("train", view="pairs", sentences=60).text.tolist()
    counts: dict[tuple[int, int], float] = {}
    for sentence in text:
        for at, word in enumerate(sentence):
            for beside in range(max(0, at - 3), min(9, at + 4)):
                if beside != at:
                    pair = word, sentence[beside]
                    counts[pair] = counts.get(pair, 0.0) + 1 / abs(at - beside)
    assert counts.keys() == places[0] | places[1] | places[2]
    for part in cells:
        for word, context, count in zip(part.word.tolist(), part.context.tolist(), part.count.tolist(), strict=True):
            assert count == pytest.approx(counts[word, context], rel=1e-4)


def test_words_that_are_held_out_are_never_in_the_training_text() -> None:
    train = language("train", view="spelled")
    seen = set(train.text.flatten().tolist())
    asked = []
    for split in ("validation", "test"):
        data = language(split, view="spelled")
        drawn = data.batch(torch.arange(len(data)), torch.Generator())
        asked.append(set(drawn["centre"].tolist()))
        assert not asked[-1] & seen
        assert not drawn["spelling"][drawn["centre"], 0].any(), "A word that was not seen has no row of its own."
        assert set(drawn["context"].tolist()) <= seen | {word for word in range(80) if train.spelling[word, 0]}
    assert not asked[0] & asked[1]


def test_words_of_one_stem_share_pieces() -> None:
    data = language("train", view="spelled", buckets=100_000)
    rows = [set(row.tolist()) - {0} for row in data.spelling]
    shared = len(rows[0] & rows[1])
    assert data.labels[0] == data.labels[1][:4]
    assert shared >= 3 > len(rows[0] & rows[4 * 7 + 3])


def test_a_lone_red_neighbour_is_counted_two_steps_away() -> None:
    graph = whole("data_lone_red_graph", vertices=60, degree=4)
    red = graph["features"][:, 0].bool().tolist()
    beside: list[set[int]] = [set() for _ in red]
    for source, target in graph["edge_index"].T.tolist():
        beside[target].add(source)
    lone = [sum(red[other] for other in around) == 1 for around in beside]
    counts = [sum(lone[other] for other in around) for around in beside]
    assert graph["label"].tolist() == [min(max(count, 1), 4) - 1 for count in counts]
    masks = torch.stack([graph[f"{split}_mask"] for split in ("train", "validation", "test")])
    assert (masks.sum(0) == 1).all()


def test_loud_vertices_are_heard_by_all_and_judged_by_nobody() -> None:
    graph = whole("data_loud_graph")
    source, target = graph["edge_index"]
    loud = torch.arange(1000) >= 800
    assert not (loud[source] & loud[target]).any()
    heard = torch.zeros(1000).index_add(0, target, loud[source].float())
    assert (heard[~loud] == 6).all()
    assert not any((graph[f"{split}_mask"] & loud).any() for split in ("train", "validation", "test"))
    friends = ~loud[source] & ~loud[target]
    alike = graph["label"][source] == graph["label"][target]
    assert alike[friends].float().mean() == pytest.approx(0.6, abs=0.001)
    assert graph["features"][loud].norm(dim=1).mean() > 1.5 * graph["features"][~loud].norm(dim=1).mean()


def test_rebels_are_found_by_looking_at_each_neighbour_and_no_edge_joins_two_splits() -> None:
    graph = whole("data_rebel_graph", vertices=100, degree=4)
    blue = graph["features"][:, 1].bool().tolist()
    beside: list[set[int]] = [set() for _ in blue]
    for source, target in graph["edge_index"].T.tolist():
        beside[target].add(source)
    rebels = [2 * sum(blue[other] != own for other in beside[at]) > len(beside[at]) for at, own in enumerate(blue)]
    counts = [sum(rebels[other] for other in around) for around in beside]
    wanted = [count > 0 and 2 * count >= len(around) for count, around in zip(counts, beside, strict=True)]
    assert graph["label"].bool().tolist() == wanted
    masks = torch.stack([graph[f"{split}_mask"] for split in ("train", "validation", "test")])
    assert (masks.sum(0) == 1).all()
    source, target = masks.long().argmax(0)[graph["edge_index"]]
    assert torch.equal(source, target)


def test_acid_groups_are_found_bond_by_bond_and_counts_of_bonds_tell_nothing() -> None:
    graph = reader("data_made_molecules").load("train", examples=400).batch(torch.arange(400), torch.Generator())
    source, target = graph["edge_index"]
    is_carbon, is_oxygen = graph["atoms"][:, 0].bool(), graph["atoms"][:, 1].bool()
    held = torch.zeros(len(is_carbon), 2).index_add(0, target, graph["bonds"] * is_oxygen[source].unsqueeze(1))
    acid = is_carbon & (held == 1).all(1)
    found = torch.zeros(400).index_add(0, graph["molecule"], acid.float())
    assert torch.equal(found > 0, graph["label"][:, 0] == 1)
    assert torch.equal(graph["molecule"].bincount(), graph["size"])
    assert torch.equal(graph["molecule"][source], graph["molecule"][target])
    oxygens = torch.zeros(400, 2).index_add(0, graph["molecule"], held * is_carbon.unsqueeze(1))
    means = [oxygens[graph["label"][:, 0] == answer].mean(0) for answer in (0, 1)]
    assert (means[0] - means[1]).abs().max() < 0.25

"""What made sequences, trees, films and sounds hold is what their sources say, worked out a second time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.sources.readers import reader

SPLITS = ("train", "validation", "test")


def first(name: str, split: str = "test", count: int = 20, **arguments: Any) -> tuple[Any, dict[str, Tensor]]:
    data = reader(name).load(split, **arguments)
    return data, data.batch(torch.arange(min(count, len(data))), torch.Generator().manual_seed(3))


def test_rows_of_a_digit_come_in_order_at_eight_moments() -> None:
    data, batch = first("data_digit_rows", "train", 50, steps=20)
    for seen, image in zip(batch["rows"], data.images, strict=False):
        lit = [row for row in seen if row.any()]
        assert torch.equal(torch.stack(lit), image[image.any(dim=1)])
    _, plain = first("data_digit_rows", "train", 50)
    assert torch.equal(plain["rows"], data.images[:50])


def test_numbers_are_spelled() -> None:
    spelled = reader("data_spelled_numbers").spelled
    names = {0: "zero", 13: "thirteen", 40: "forty", 85: "eighty five", 300: "three hundred"}
    names |= {918: "nine hundred eighteen", 342: "three hundred forty two"}
    assert {number: spelled(number) for number in names} == names
    assert len({spelled(number) for number in range(1000)}) == 1000
    data, batch = first("data_spelled_numbers", count=200)
    digits = batch["context"].view(-1, 3, 10).argmax(2)
    for (hundreds, tens, ones), target, begun in zip(
        digits.tolist(), batch["target"], batch["decoder_input"], strict=True
    ):
        assert data.decode(target) == spelled(100 * hundreds + 10 * tens + ones)
        assert begun[0] == 1
        assert torch.equal(begun[1:][target[:-1] > 2], target[target > 2])


def test_splits_of_numbers_share_none_and_leave_none_out() -> None:
    load = reader("data_spelled_numbers").load
    names = [{data.decode(row) for row in data.target} for data in map(load, SPLITS)]
    assert [len(part) for part in names] == [700, 100, 200]
    assert len(set.union(*names)) == 1000


@pytest.mark.parametrize("modulus", [2, 7])
def test_sums_run(modulus: int) -> None:
    _, batch = first("data_running_sums", modulus=modulus, test_length=50)
    for tokens, targets in zip(batch["tokens"].tolist(), batch["targets"].tolist(), strict=True):
        assert targets == [sum(tokens[: place + 1]) % modulus for place in range(50)]


def test_tags_look_both_ways() -> None:
    before, after = 3, 4
    _, batch = first("data_between_marks", vocabulary=30, before=before, after=after, share=0.2)
    for words, tags in zip(batch["tokens"].tolist(), batch["tags"].tolist(), strict=True):
        for place, tag in enumerate(tags):
            last = [word for word in words[: place + 1] if word < before * after]
            coming = [word for word in words[place + 1 :] if word < before * after]
            opened, closed = last[-1] // after if last else 0, coming[0] % after if coming else 0
            assert tag == opened * after + closed


def test_ratings_follow_from_the_words_and_the_tree() -> None:
    module = reader("data_rated_trees")
    data, batch = first("data_rated_trees", count=100, longest=7)
    for words, children, ratings in zip(*(batch[name].tolist() for name in batch), strict=True):
        nodes: dict[int, tuple[str, int]] = {
            place: (data.labels[word], module.RATED.get(data.labels[word], 0)) for place, word in enumerate(words)
        }
        used = [word for word in words if word]
        for step, (left, right) in enumerate(children):
            number = 7 + step
            if ratings[number] == -100:
                continue
            (said, one), (_, other) = nodes[left], nodes[right]
            nodes[number] = "", module.joined(said, one, other)
            assert ratings[number] == nodes[number][1] + 2
        assert ratings[-1] != -100
        assert sum(rating != -100 for rating in ratings) == 2 * len(used) - 1


def test_modifiers_do_what_they_say() -> None:
    joined = reader("data_rated_trees").joined
    assert [joined("not", 0, value) for value in (-2, 0, 1)] == [2, 0, -1]
    assert [joined("very", 0, value) for value in (-1, 0, 1)] == [-2, 0, 2]
    assert [joined("hardly", 0, value) for value in (-2, 0, 2)] == [1, 0, -1]
    assert [joined("film", one, other) for one, other in ((1, 1), (2, 2), (-1, 2))] == [2, 2, 1]


def test_waves_go_on_as_they_were() -> None:
    module = reader("data_noisy_waves")
    _, near = first("data_noisy_waves", length=20, ahead=1, noise=0.0)
    _, longer = first("data_noisy_waves", length=21, ahead=1, noise=0.0)
    torch.testing.assert_close(near["future"], longer["past"][:, -1])
    single = module.waves(50, 200, torch.Generator().manual_seed(0))
    assert single.abs().max() <= 2


def test_beeps_come_again_after_a_period_and_are_of_three_kinds() -> None:
    _, batch = first("data_beeps", count=300, shortest=16.0, longest=16.0, noise=0.0)
    sound = batch["sound"]
    torch.testing.assert_close(sound[:, 16:], sound[:, :-16], atol=2e-4, rtol=0)
    height = sound.abs().amax(1)
    assert float(height.min()) > 0.2
    assert float(height.max()) <= 0.9
    steps = sound.diff(dim=1)
    pulses = (sound.abs() > 0.99 * height[:, None]).all(1)
    saws = ~pulses & ((steps > 0).float().mean(1) > 0.8)
    triangles = ~pulses & ((steps > 0).float().mean(1) < 0.7)
    assert [int(kind.sum()) > 70 for kind in (pulses, saws, triangles)] == [True] * 3
    assert int((pulses | saws | triangles).sum()) == 300


def test_shapes_move_as_their_label_says() -> None:
    data, batch = first("data_moving_shapes", count=60, noise=0.0, frames=5)
    for film, label, speed in zip(
        batch["video"][:, :, 0], batch["label"], data.speeds.flatten().tolist(), strict=False
    ):
        down, across = (reader("data_moving_shapes").STEPS[label] * speed).tolist()
        for before, after in pairwise(film):
            assert torch.equal(before.roll((down, across), (0, 1)), after)


def test_syllables_sound_as_two_tones_each() -> None:
    module = reader("data_tone_syllables")
    _, batch = first("data_tone_syllables", count=30, noise=0.0)
    for sound, said in zip(batch["sound"], batch["syllables"].tolist(), strict=True):
        loud = sound.unfold(0, 64, 16) * torch.hann_window(64)
        spectra = torch.fft.rfft(loud, n=512).abs()
        peaks = [float(row.argmax()) / 512 for row in spectra if float(row.max()) > 10]
        tones = [int((module.PITCHES - peak).abs().argmin()) for peak in peaks]
        heard = [tone for place, tone in enumerate(tones) if place == 0 or tone != tones[place - 1]]
        wanted = [int(part[syllable]) for syllable in said if syllable for part in (module.FIRST, module.SECOND)]
        told = [tone for place, tone in enumerate(wanted) if place == 0 or tone != wanted[place - 1]]
        assert heard == told

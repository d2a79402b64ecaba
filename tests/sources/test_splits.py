"""Splits share nothing, leave nothing out and hold all classes in like shares."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from sklearn import datasets
from torch import Tensor

from tests.sources.readers import reader

SPLITS = ("train", "validation", "test")


def splits(name: str, **arguments: Any) -> list[Any]:
    return [reader(name).load(split, **arguments) for split in SPLITS]


def rows(tensor: Tensor) -> Counter[bytes]:
    return Counter(row.contiguous().numpy().tobytes() for row in tensor)


def assert_stratified(targets: list[Tensor], shares: tuple[float, ...] = (0.7, 0.1, 0.2)) -> None:
    whole = torch.cat(targets).bincount()
    for target, share in zip(targets, shares, strict=True):
        counts = target.bincount(minlength=len(whole))
        assert ((counts - share * whole).abs() < 2.2).all()  # as far as tens that are not full can be off


@pytest.mark.parametrize("name", ["data_digits", "data_placed_digits", "data_two_views"])
def test_digits_are_divided(name: str) -> None:
    parts = splits(name)
    contents = [rows(data.images) for data in parts]
    assert sum(map(len, contents)) == 1797 == len(contents[0] | contents[1] | contents[2])
    assert_stratified([data.targets for data in parts])
    assert [len(data) for data in parts] == [1266, 178, 353]


def test_digits_are_the_same_ones_in_all_three_sources() -> None:
    for split in SPLITS:
        labels = [reader(name).load(split).targets for name in ("data_digits", "data_placed_digits", "data_two_views")]
        assert torch.equal(labels[0], labels[1])
        assert torch.equal(labels[0], labels[2])


@pytest.mark.parametrize("dataset", ["wine", "breast_cancer", "iris", "diabetes"])
def test_toy_tables_are_divided_and_standardised_by_training_rows(dataset: str) -> None:
    parts = splits("data_toy_tables", dataset=dataset)
    table = getattr(datasets, f"load_{dataset}")()
    raw = torch.from_numpy(table.data)
    train = parts[0].features
    assert sum(len(data) for data in parts) == len(raw)
    assert train.mean(0).abs().max() < 1e-5
    assert (train.std(0) - 1).abs().max() < 1e-4
    assert parts[2].features.mean(0).abs().max() > 1e-3, "Test rows had a say in the mean."
    together = torch.cat([data.features for data in parts])
    for column, original in zip(together.double().sort(0).values.T, raw.sort(0).values.T, strict=True):
        relation = torch.corrcoef(torch.stack([column, original]))
        assert relation[0, 1] > 1 - 1e-9, "A row was lost, doubled or changed."
    if dataset != "diabetes":
        assert_stratified([data.target for data in parts])
        assert parts[0].labels == tuple(map(str, table.target_names))


@pytest.mark.parametrize("path", [False, True])
def test_text_is_cut_in_three_and_held_out_windows_cover_their_part(path: bool, text_file: Path) -> None:
    arguments = {"path": str(text_file)} if path else {}
    module = reader("data_text_file")
    parts = splits("data_text_file", length=16, vocabulary=500, **arguments)
    whole, _ = module.everything(arguments.get("path", ""), 500)
    assert torch.equal(torch.cat([data.tokens for data in parts]), whole)
    shares = [len(data.tokens) / len(whole) for data in parts]
    assert shares == pytest.approx([0.9, 0.05, 0.05], abs=0.01)
    for data in parts[1:]:
        batch = data.batch(torch.arange(len(data)), torch.Generator())
        covered = batch["tokens"].flatten()
        assert torch.equal(covered, data.tokens[: len(covered)])
        assert len(data.tokens) - len(covered) <= data.length
        assert torch.equal(batch["targets"].flatten(), data.tokens[1 : len(covered) + 1])


def test_the_language_reference_is_not_tested_on_what_was_trained_on() -> None:
    train, _, test = (data.decode(data.tokens) for data in splits("data_text_file", vocabulary=500))
    paragraphs = set(train.split("\n\n"))
    assert not [text for text in test.split("\n\n") if text in paragraphs]


def test_training_windows_begin_anywhere_and_go_through_the_whole_text() -> None:
    data = reader("data_text_file").load("train", length=50)
    indices = torch.arange(len(data))
    starts = set()
    for seed in range(3):
        batch = data.batch(indices, torch.Generator().manual_seed(seed))
        assert torch.equal(batch["tokens"][:, 1:], batch["targets"][:, :-1])
        starts.add(batch["tokens"][:, 0].numpy().tobytes())
        seen = batch["tokens"].flatten().bincount(minlength=96) / batch["tokens"].numel()
        real = data.tokens.bincount(minlength=96) / len(data.tokens)
        assert (seen - real).abs().max() < 0.01
    assert len(starts) == 3


def test_strings_are_divided() -> None:
    parts = splits("data_reverse_strings", alphabet=3, low=2, high=6, examples=2000)
    contents = [rows(data.source) for data in parts]
    total = sum(len(data) for data in parts)
    assert len(contents[0] | contents[1] | contents[2]) == total
    assert [len(data) / total for data in parts] == pytest.approx([0.8, 0.1, 0.1], abs=0.01)


def test_brackets_of_each_split_are_others() -> None:
    parts = splits("data_nested_brackets")
    contents = [rows(data.tokens) for data in parts]
    assert [len(data) for data in parts] == [3000, 300, 300]
    assert len(contents[0] | contents[1] | contents[2]) == 3600


def test_shapes_of_each_split_are_others() -> None:
    parts = splits("data_shapes", examples=60)
    contents = [rows(data.centre) for data in parts]
    assert [len(data) for data in parts] == [60, 12, 12]
    assert len(contents[0] | contents[1] | contents[2]) == 84


@pytest.mark.parametrize("name", ["data_block_graph", "data_karate_club"])
def test_masks_of_a_graph_divide_its_vertices(name: str) -> None:
    graphs = [data.batch(torch.arange(1), torch.Generator()) for data in splits(name)]
    masks = torch.stack([graphs[0][f"{split}_mask"] for split in SPLITS])
    assert (masks.sum(0) == 1).all()
    assert masks.sum(1).tolist() == ([100, 200, 700] if name == "data_block_graph" else [2, 7, 25])
    for graph in graphs[1:]:
        assert all(torch.equal(graph[key], value) for key, value in graphs[0].items())
    trained = graphs[0]["label"][masks[0]].bincount()
    assert trained.tolist() == ([20] * 5 if name == "data_block_graph" else [1, 1])


def test_copying_is_tested_at_a_length_that_was_never_trained() -> None:
    arguments = {"width": 4, "low": 1, "high": 5}
    train, validation, test = splits("data_copy_task", **arguments)
    indices = torch.arange(32)
    lengths = {train.batch(indices, torch.Generator().manual_seed(seed))["target"].shape[1] for seed in range(100)}
    assert lengths == {1, 2, 3, 4, 5}
    for size in (1, 5, 10, 32, 64, 256):
        held_out = Counter(
            validation.batch(torch.arange(start, start + size), torch.Generator())["target"].shape[1]
            for start in range(0, len(validation), size)
        )
        assert set(held_out) == lengths, f"batches of {size} leave lengths out"
    assert test.batch(indices, torch.Generator())["target"].shape[1] == 10


def test_images_are_divided_by_name_alone(image_folder: Path, tmp_path: Path) -> None:
    divided, labels = reader("data_image_folder").divide(image_folder)
    names = {split: {file.name for file, _ in found} for split, found in divided.items()}
    files = [file for found in divided.values() for file, _ in found]
    assert labels == ["blue", "red"]
    assert len(files) == len(set(files)) == 80
    assert len(names["train"]) > len(names["test"]) > 0

    for file in files:  # the same names elsewhere, and one more
        copy = tmp_path / file.relative_to(image_folder)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (tmp_path / "red" / "new.png").write_bytes(files[0].read_bytes())
    again, _ = reader("data_image_folder").divide(tmp_path)
    for split, found in again.items():
        assert {file.name for file, _ in found} - {"new.png"} == names[split]


def test_folders_that_say_which_split_they_are_are_taken_at_their_word(image_folder: Path, tmp_path: Path) -> None:
    for folder, numbers in (("train", range(30)), ("val", range(30, 40))):
        for file in sorted(image_folder.glob("*/*.*")):
            if file.suffix != ".txt" and int(file.stem) in numbers:
                copy = tmp_path / folder / file.relative_to(image_folder)
                copy.parent.mkdir(exist_ok=True, parents=True)
                copy.write_bytes(file.read_bytes())
    divided, labels = reader("data_image_folder").divide(tmp_path)
    assert labels == ["blue", "red"]
    assert {file.parts[-3] for file, _ in divided["validation"]} == {"val"}
    assert {file.parts[-3] for file, _ in divided["test"]} == {"train"}
    assert not set(divided["train"]) & set(divided["test"])
    assert len(divided["train"]) + len(divided["test"]) == 60


def test_rows_of_a_table_are_divided(table: Path) -> None:
    parts = splits("data_csv_table", path=str(table))
    assert sum(len(data) for data in parts) == 90
    assert_stratified([data.target for data in parts])
    contents = [rows(data.features) for data in parts]
    assert len(contents[0] | contents[1] | contents[2]) == 90


def test_some_plane_makes_no_mistake_on_a_made_half_space() -> None:
    """And none is needed: its two classes are as many, and no row is nearer to the plane than the gap."""
    parts = splits("data_made_table", columns=6, rows=400, gap=0.2)
    assert [len(data) for data in parts] == [280, 40, 80]
    x = torch.cat([data.features for data in parts]).double()
    side = torch.cat([data.target for data in parts]) * 2.0 - 1
    plane = torch.zeros(7, dtype=torch.double)
    rows_ = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    for _ in range(1000):
        wrong = (rows_ @ plane * side <= 0).nonzero().squeeze(1)
        if not len(wrong):
            break
        plane = plane + (rows_[wrong] * side[wrong, None]).mean(0)
    assert not len(wrong)
    assert 0.35 < float((side > 0).double().mean()) < 0.65


def test_light_can_be_weighed_out_of_a_lit_digit() -> None:
    lit, plain = reader("data_lit_digits").load("test", light=3.0), reader("data_digits").load("test")
    slope = torch.linspace(-1, 1, 8)
    light = torch.stack([torch.ones(8, 8), slope.expand(8, 8), slope.expand(8, 8).T]).flatten(1)
    difference = (lit.lit - plain.images).flatten(1)
    rest = difference - difference @ torch.linalg.pinv(light) @ light
    assert float(difference.std()) > 2
    assert float(rest.abs().max()) < 1e-4

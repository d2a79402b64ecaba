"""What single sources promise of their contents, and the sentences they refuse with."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from app.core.block import Source
from app.core.document import DataSource, Document, Recipe
from app.core.elaborate import elaborate
from app.core.problems import ShapeError
from app.core.tensor_type import TensorType
from blocks import library
from tests.sources.readers import reader

ANSWERS: dict[str, Callable[[str], str]] = {
    "reverse": lambda text: text[::-1],
    "sort": lambda text: "".join(sorted(text)),
    "copy": str,
}


def source(name: str, **arguments: Any) -> Source:
    found = library().get(name)(**arguments)
    assert isinstance(found, Source)
    return found


def batch(name: str, split: str, count: int, seed: int = 0, **arguments: Any) -> dict[str, Tensor]:
    data = reader(name).load(split, **arguments)
    drawn: dict[str, Tensor] = data.batch(torch.arange(count), torch.Generator().manual_seed(seed))
    return drawn


def test_a_placed_digit_is_whole_and_lies_anywhere() -> None:
    module = reader("data_placed_digits")
    data = module.load("train")
    places = module.draw_places(1266, 16, torch.Generator().manual_seed(3))
    image = module.place(data.images, places, 32)
    for index, (top, left) in enumerate(places.tolist()):
        assert torch.equal(image[index, :, top : top + 16, left : left + 16], data.images[index])
    assert torch.allclose(image.sum((1, 2, 3)), data.images.sum((1, 2, 3)), rtol=1e-4), "There is something beside it."
    assert set(places.flatten().tolist()) == set(range(17))


def test_value_range_and_channels_change_nothing_else() -> None:
    for name in ("data_digits", "data_placed_digits", "data_shapes"):
        plain = batch(name, "test", 8)["image"]
        other = batch(name, "test", 8, value_range="-1..1")["image"]
        assert plain.min() >= 0
        assert plain.max() <= 1
        assert torch.allclose(other, plain * 2 - 1)
    grey = batch("data_digits", "test", 8, channels=3, size=12)["image"]
    assert torch.equal(grey[:, 0], grey[:, 2])
    flat = batch("data_digits", "test", 8, flat=True)["image"]
    assert torch.equal(flat, batch("data_digits", "test", 8)["image"].flatten(1))


@given(
    task=st.sampled_from(["reverse", "sort", "copy"]),
    alphabet=st.integers(2, 26),
    low=st.integers(1, 6),
    more=st.integers(0, 6),
    seed=st.integers(0, 9),
)
@settings(max_examples=25, deadline=None)
def test_strings_and_their_answers(task: str, alphabet: int, low: int, more: int, seed: int) -> None:
    module = reader("data_reverse_strings")
    settings_ = {"alphabet": alphabet, "low": low, "high": low + more, "examples": 200, "seed": seed}
    try:
        data = module.load("train", task=task, **settings_)
    except ValueError as error:
        assert "too few to divide" in str(error)  # noqa: PT017
        return
    drawn = data.batch(torch.arange(len(data)), torch.Generator())
    for index in range(min(20, len(data))):
        text = data.decode(drawn["source"][index])
        assert low <= len(text) <= low + more
        assert data.decode(drawn["target"][index]) == ANSWERS[task](text)
        assert drawn["target"][index].tolist()[len(text)] == 2
        assert drawn["target"][index].tolist()[len(text) + 1 :] == [0] * (low + more - len(text))
        assert drawn["decoder_input"][index].tolist()[: len(text) + 1] == [
            1,
            *drawn["target"][index, : len(text)].tolist(),
        ]


@given(width=st.integers(1, 9), low=st.integers(1, 9), more=st.integers(0, 9), seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_copying_shows_the_bits_then_the_delimiter_then_nothing(width: int, low: int, more: int, seed: int) -> None:
    drawn = batch("data_copy_task", "train", 4, seed, width=width, low=low, high=low + more)
    shown, target = drawn["input"], drawn["target"]
    length = target.shape[1]
    assert low <= length <= low + more
    assert torch.equal(shown[:, :length, :width], target)
    assert (shown[:, length] == torch.tensor([0.0] * width + [1.0])).all()
    assert shown[:, length + 1 :].abs().sum() + shown[:, :length, width].sum() == 0
    assert ((target == 0) | (target == 1)).all()


@given(
    kinds=st.integers(1, 26),
    deepest=st.integers(1, 9),
    opening=st.floats(0.0, 1.0),
    seed=st.integers(0, 99),
)
@settings(max_examples=25, deadline=None)
def test_brackets_close_what_is_open(kinds: int, deepest: int, opening: float, seed: int) -> None:
    arguments = {"kinds": kinds, "deepest": deepest, "opening": opening, "seed": seed, "length": 40}
    data = reader("data_nested_brackets").load("test", held_out=5, **arguments)
    for window in data.tokens:
        still_open: list[str] = []
        for mark in data.decode(window):
            place = data.labels.index(mark)
            if place < kinds:
                still_open.append(mark)
            else:
                assert data.labels.index(still_open.pop()) == place - kinds
            assert len(still_open) <= deepest


def test_brackets_open_as_often_as_they_should() -> None:
    data = reader("data_nested_brackets").load("train", opening=0.3, deepest=5)
    opens = (data.tokens < 4).long()
    depth = (2 * opens - 1).cumsum(1) - (2 * opens - 1)
    free = (depth > 0) & (depth < 5)
    assert opens[free].float().mean() == pytest.approx(0.3, abs=0.01)
    counts = data.tokens.flatten().bincount()[:4].float()
    assert counts.std() / counts.mean() < 0.02


def test_shapes_have_like_areas_and_colours() -> None:
    drawn = batch("data_shapes", "train", 600, channels=3)
    mask, image = drawn["mask"], drawn["image"]
    shares = mask.flatten().bincount(minlength=4) / mask.numel()
    assert (shares[1:] / shares[1:].mean() - 1).abs().max() < 0.1
    means = torch.stack([image.permute(0, 2, 3, 1)[mask == form].mean(0) for form in range(4)])
    assert (means - means.mean(0)).abs().max() < 0.06, "Colour must not tell forms apart."


def test_shapes_are_what_they_are_called() -> None:
    module = reader("data_shapes")
    data = module.load("train", most=1, examples=10, size=400)
    y, x = data.grid()
    data.radius[:], data.centre[:] = 0.2, 0.5
    for form, widest in ((1, 0.2), (2, 0.2 * module.SQUARE * 2**0.5), (3, 0.2 * module.TRIANGLE * 2)):
        data.form[:] = form
        covered = data.covered(torch.arange(10), 0, y, x)
        distance = ((y - 0.5).square() + (x - 0.5).square()).sqrt().expand(10, -1, -1)
        assert torch.allclose(covered.float().mean((1, 2)), torch.tensor(3.14159 * 0.04), rtol=0.02)
        assert distance.where(covered, 0.0).amax((1, 2)).allclose(torch.tensor(widest), atol=0.004)


def test_valid_margin_keeps_the_middle_of_the_mask() -> None:
    whole = batch("data_shapes", "test", 5)["mask"]
    assert torch.equal(batch("data_shapes", "test", 5, valid_margin=9)["mask"], whole[:, 9:-9, 9:-9])


def test_block_graph_has_its_edges_in_both_directions_and_its_share_within_classes() -> None:
    graph = batch("data_block_graph", "train", 1)
    first, second = graph["edge_index"]
    pairs = set(zip(first.tolist(), second.tolist(), strict=True))
    assert len(pairs) == len(first) == 6000
    assert all((b, a) in pairs and a != b for a, b in pairs)
    assert (graph["label"][first] == graph["label"][second]).float().mean() == pytest.approx(0.6)
    assert graph["label"].bincount().tolist() == [200] * 5


def test_views_differ_and_a_probe_sees_few_labels() -> None:
    drawn = batch("data_two_views", "train", 200)
    apart = (drawn["view_a"] - drawn["view_b"]).abs().mean((1, 2, 3))
    assert apart.min() > 0.02
    for split in ("train", "validation", "test"):
        data = reader("data_two_views").load(split)
        assert data.targets[data.is_support].bincount().tolist() == [5] * 10
    still = batch("data_two_views", "train", 9, turn=0.0, zoom=0.0, shift=0.0, contrast=0.0, cutout=0.0, noise=0.0)
    assert torch.allclose(still["view_a"], still["image"], atol=1e-5)


def test_text_comes_back_and_rare_characters_are_one(text_file: Path) -> None:
    data = reader("data_text_file").load("train", path=str(text_file), length=8, vocabulary=300)
    text = text_file.read_text(encoding="utf-8")
    assert data.decode(data.encode(text)) == text
    assert data.encode("").tolist() == []
    few = reader("data_text_file").load("train", path=str(text_file), length=8, vocabulary=5)
    assert few.labels[0] == "\ufffd"
    assert len(few.labels) == 5
    assert set(few.decode(few.tokens)) == set(few.labels)


def test_words_are_counted_and_columns_are_of_words_that_several_documents_have(paragraphs: Path) -> None:
    module = reader("data_term_counts")
    arguments: dict[str, Any] = {"path": str(paragraphs), "least": 7}
    parts = [module.load(split, vocabulary=11, **arguments) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [24, 3, 3]  # the one that comes again is left out
    train = parts[0]
    of_all = ["and", "carries", "more", "node", "tensor", "the", "wire"]
    assert list(train.labels) == sorted([*of_all, "no", "its", "aa", "bb"])  # cc is once in training, once beyond
    for words, counts in zip(train.documents, train.counts, strict=True):
        assert counts.tolist() == [words.count(label) for label in train.labels]
    assert all(part.labels == train.labels for part in parts)
    (field,) = source("TermCounts", vocabulary=11, **arguments).fields()
    assert field.labels == train.labels
    wide = module.load("train", vocabulary=99, **arguments)
    assert wide.counts[:, len(wide.labels) :].count_nonzero() == 0
    assert list(module.load("train", vocabulary=7, **arguments).labels) == of_all
    joined = module.load("train", vocabulary=12, path=str(paragraphs), least=18)
    assert all(len(words) >= 18 for words in joined.documents)
    assert len(joined) == 13  # of fifteen the ninth and tenth are held out


def test_no_document_of_the_test_is_of_the_training() -> None:
    train, test = ([*map(tuple, reader("data_term_counts").load(split).documents)] for split in ("train", "test"))
    assert set(train).isdisjoint(test)


def test_own_images_are_read_as_they_are(image_folder: Path) -> None:
    data = reader("data_image_folder").load("train", path=str(image_folder), size=8)
    drawn = data.batch(torch.arange(len(data)), torch.Generator())
    red, blue = drawn["image"][drawn["label"] == 1], drawn["image"][drawn["label"] == 0]
    assert (red[:, 0] > red[:, 2]).all()
    assert (blue[:, 0] < blue[:, 2]).all()
    data.keeps = False
    again = data.batch(torch.arange(len(data)), torch.Generator())
    assert torch.equal(again["image"], drawn["image"]), "Keeping decoded images changes them."


def test_flipping_mirrors_in_training_only(tmp_path: Path) -> None:
    from PIL import Image

    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for index in range(60):
            Image.linear_gradient("L").rotate(90).save(tmp_path / label / f"{index}.png")
    data = reader("data_image_folder").load("train", path=str(tmp_path), size=6, channels=1, flip=True)
    image = data.batch(torch.arange(len(data)), torch.Generator())["image"]
    plain = data.read(torch.arange(len(data))).float() / 255
    mirrored = (image == plain.flip(3)).all(dim=(1, 2, 3))
    assert 0.3 < mirrored.float().mean() < 0.7
    assert (mirrored | (image == plain).all(dim=(1, 2, 3))).all()
    assert not reader("data_image_folder").load("test", path=str(tmp_path), flip=True).flip


def test_a_table_is_standardised_and_its_texts_become_columns(table: Path) -> None:
    block = source("CSVTable", path=str(table))
    features, label = block.fields()
    assert label.labels == ("ash", "elm", "oak")
    assert features.type.shape[1] == 5  # length, width, colour = green, colour = red, price
    train = reader("data_csv_table").load("train", path=str(table)).features
    assert train.mean(0)[[0, 1, 4]].abs().max() < 1e-5
    assert set(train[:, 2:4].flatten().tolist()) == {0.0, 1.0}
    assert (train[:, 2:4].sum(1) == 0).any(), "An empty cell is none of the texts."

    regression = reader("data_csv_table").load("test", path=str(table), task="regression", target="price")
    price = regression.target.squeeze(1) * regression.deviation + regression.mean
    assert ((price - 4) / 1.5 - ((price - 4) / 1.5).round()).abs().max() < 1e-3


def test_semicolons_and_decimal_commas_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "europe.csv"
    rows = [f"{index},5;{index % 2}" for index in range(40)]
    file.write_text("\n".join(["größe;art", *rows]), encoding="utf-8-sig")
    block = source("CSVTable", path=str(file))
    assert block.missing() is None
    assert block.fields()[0].type.shape[1] == 1
    assert block.fields()[1].labels == ("0", "1")
    assert len(reader("data_csv_table").load("train", path=str(file))) == 28


def test_a_changed_file_is_looked_at_again(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    for width in (1, 2, 3):
        names = ",".join(f"x{index}" for index in range(width))
        file.write_text(
            f"{names},kind\n" + "".join("1," * width + f"{row % 2}\n" for row in range(30)), encoding="utf-8"
        )
        os.utime(file, ns=(width, width))
        assert source("CSVTable", path=str(file)).fields()[0].type.shape[1] == width


def test_without_their_files_sources_still_say_what_they_will_yield() -> None:
    for path in ("", "/nowhere/at/all"):
        image, label = source("ImageFolder", path=path, size=20).fields()
        assert str(image.type) == "B×3×20×20"
        assert (str(label.type), label.labels) == ("B int64", ())
        features, _ = source("CSVTable", path=path).fields()
        assert str(features.type) == "B×F"
    tokens, _ = source("TextFile", path="/nowhere", length=9).fields()
    assert tokens.type == TensorType((tokens.type.shape[0], 9), "int64")


WRONG_TABLES = {
    "": "holds 0 lines",
    "a,b\n": "holds 1 lines",
    "a,a\n1,2\n": "different names",
    "a,b\n1,2\n1\n": "row 3 has 1",
    "a\n1\n2\n": "one column only",
    "a,b\n1,x\n2,\n": "row 3 has none",
    "a,b\n1,x\n2,x\n": "2 to 1000 classes",
    "name,b\n" + "".join(f"n{index},{index % 2}\n" for index in range(60)): "at most 50 different texts",
}


@pytest.mark.parametrize(("content", "sentence"), WRONG_TABLES.items())
def test_wrong_tables_are_refused_with_a_sentence(content: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(content, encoding="utf-8")
    block = source("CSVTable", path=str(file))
    assert sentence in (block.missing() or "")
    assert str(block.fields()[0].type) == "B×F"


def test_missing_things_are_named(tmp_path: Path, table: Path, image_folder: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "classes" / "one").mkdir(parents=True)
    (tmp_path / "classes" / "two").mkdir()
    (tmp_path / "latin.txt").write_bytes("naïve ".encode("latin-1") * 500)
    (tmp_path / "short.txt").write_text("short", encoding="utf-8")
    expected = {
        source("ImageFolder"): "No file or folder is chosen yet.",
        source("ImageFolder", path=str(tmp_path / "gone")): "There is nothing at",
        source("ImageFolder", path=str(tmp_path / "empty")): "there are none",
        source("ImageFolder", path=str(tmp_path / "classes")): f"in {tmp_path / 'classes' / 'one'}; there are none",
        source("ImageFolder", path=str(table)): "is a file",
        source("CSVTable"): "No file or folder is chosen yet.",
        source("CSVTable", path=str(image_folder)): "cannot be read",
        source("CSVTable", path=str(table), target="age"): "it has length, width, colour, price, kind",
        source("CSVTable", path=str(table), features="kind"): "is both",
        source("CSVTable", path=str(table), task="regression"): "holds texts",
        source("TextFile", path=str(tmp_path / "latin.txt")): "UTF-8",
        source("TextFile", path=str(tmp_path / "short.txt")): "longer text or a smaller length",
        source("TermCounts", path=str(tmp_path / "latin.txt")): "UTF-8",
        source("TermCounts", path=str(tmp_path / "short.txt")): "it has 0",
        source("TermCounts", least=10_000): "longer text or shorter documents",
        source("ReverseStrings", alphabet=2, low=3, high=3): "more than 100 possible strings",
    }
    for block, sentence in expected.items():
        missing = block.missing()
        assert missing is not None, block
        assert sentence in missing
        assert missing.endswith(".")


def test_a_reader_refuses_what_its_block_refuses(tmp_path: Path, table: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "broken.png").write_bytes(b"not a picture")
    refusals: list[tuple[str, dict[str, Any], str]] = [
        ("data_image_folder", {"path": "/nowhere"}, "'/nowhere' is not there"),
        ("data_image_folder", {"path": str(tmp_path), "channels": 2}, "2 came"),
        ("data_csv_table", {"path": "/nowhere"}, "'/nowhere' is not there"),
        ("data_csv_table", {"path": str(table), "target": "age"}, "it has length, width, colour, price, kind"),
        ("data_csv_table", {"path": str(table), "task": "regression"}, "Expected a number of 'kind' in each row"),
        ("data_text_file", {"length": 10**6}, "smaller length"),
        ("data_term_counts", {"least": 10_000}, "longer text or shorter documents"),
        ("data_placed_digits", {"digit_size": 40}, "40 pixels do not fit into 32"),
        ("data_shapes", {"valid_margin": 32}, "less than half of 64"),
        ("data_copy_task", {"low": 30}, "30 came"),
        ("data_reverse_strings", {"low": 9}, "9 came"),
        ("data_reverse_strings", {"task": "shuffle"}, "'shuffle' came"),
        ("data_toy_tables", {"dataset": "boston"}, "'boston' came"),
        ("data_block_graph", {"vertices": 200}, "200 are too few"),
        ("data_block_graph", {"vertices": 310, "degree": 200}, "take a smaller degree"),
    ]
    for name, arguments, sentence in refusals:
        with pytest.raises((ValueError, FileNotFoundError), match="Expected") as caught:
            reader(name).load("train", **arguments)
        assert sentence in str(caught.value)
    for split in ("train", "validation", "test"):
        file = tmp_path / "a" / "broken.png"
        if reader("data_image_folder").divide(tmp_path)[0][split]:
            with pytest.raises(ValueError, match=rf"Expected an image in {file}"):
                batch("data_image_folder", split, 1, path=str(tmp_path))
        else:
            with pytest.raises(ValueError, match=f"Expected images for {split}"):
                batch("data_image_folder", split, 1, path=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "arguments", "part"),
    [
        ("PlacedDigits", {"digit_size": 33}, "digit_size"),
        ("Shapes", {"valid_margin": 32}, "valid_margin"),
        ("CopyTask", {"low": 21}, "low"),
        ("ReverseStrings", {"low": 9}, "low"),
        ("BlockGraph", {"vertices": 300}, "vertices"),
        ("ImageFolder", {"channels": 2}, "channels"),
    ],
)
def test_arguments_that_contradict_each_other_are_refused_with_a_repair(
    name: str, arguments: dict[str, Any], part: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        source(name, **arguments).fields()
    assert caught.value.part == part
    assert caught.value.message.endswith(".")
    recipe = Recipe(data=DataSource(name, arguments), stages=())
    (problem,) = elaborate(Document(recipe=recipe), library()).problems
    assert (problem.message, problem.path.part) == (caught.value.message, part)
    fix = caught.value.fixes[0]
    assert source(name, **arguments | {fix.argument: fix.value}).fields()  # type: ignore[union-attr]

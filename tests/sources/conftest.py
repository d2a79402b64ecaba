"""A user's own files, made small: a folder of images, a table, a text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

WORDS = "the wire carries a tensor and the node gives it another shape; "


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty red and forty blue images of several sizes, formats and modes."""
    root = tmp_path_factory.mktemp("images")
    for label, colour in (("blue", (20, 40, 200)), ("red", (200, 30, 20))):
        (root / label).mkdir()
        for index in range(40):
            shade = tuple(min(255, value + index) for value in colour)
            image = Image.new("RGB", (20 + index % 7, 30 - index % 5), shade)
            name = f"{index:02}.{('png', 'jpg', 'bmp')[index % 3]}"
            (image.convert("P") if index % 6 == 0 else image).save(root / label / name)
    (root / "blue" / "notes.txt").write_text("not an image", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers with a gap, a column of texts, three classes."""
    rows = ["length,width,colour,price,kind"]
    for index in range(90):
        width = "" if index % 10 == 3 else f"{index % 7 + 0.5}"
        kind = ("oak", "elm", "ash")[index % 3]
        rows.append(f"{index},{width},{('red', 'green', '')[index % 3]},{index * 1.5 + 4},{kind}")
    file = tmp_path_factory.mktemp("table") / "trees.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def text_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some words, many times, with characters beyond ASCII."""
    file = tmp_path_factory.mktemp("text") / "own.txt"
    file.write_text((WORDS * 60 + "größer → 𝄞\n") * 3, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def paragraphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty paragraphs of nine words, most with one of its own; the first comes again at the end."""
    marks = "abcdefghijklmnopqrstuvwxyzABCD"
    texts = [f"The {2 * mark} node carries {'no' if mark < 'k' else 'its'} tensor, a wire, and more" for mark in marks]
    file = tmp_path_factory.mktemp("paragraphs") / "own.txt"
    file.write_text("\n\n".join([*texts, texts[0]]), encoding="utf-8")
    return file

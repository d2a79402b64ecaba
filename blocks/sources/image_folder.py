"""The image folder source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from app.core.block import Field, Source, choice, flag, path, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import inspected, lacking

B = symbols("B")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")


MOST_READ, MOST_NAMED = 20_000, 5
"""Images that a look for damaged ones reads at most, and names at most."""


def _can_be_read(file: Path) -> bool:
    """Whether it decodes, as far as the reader would: a header alone says nothing of a file that was cut off."""
    from PIL import Image

    try:
        with Image.open(file) as opened:
            opened.draft("RGB", (64, 64))  # a JPEG is decoded small, which is quicker
            opened.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


def _folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def _holds_image(folder: Path) -> bool:
    return any(file.suffix.lower() in SUFFIXES and file.is_file() for file in folder.rglob("*"))


@lru_cache(maxsize=16)
def _classes(stamp: tuple[str, int, int]) -> tuple[str, ...]:
    root = Path(stamp[0])
    if not root.is_dir():
        raise ValueError(f"Expected a folder; {root} is a file.")
    training = root / "train"
    folders = _folders(training if training.is_dir() else root)
    if len(folders) < 2:
        raise ValueError(
            f"Expected at least two folders with images in {root}, one for each class and named after it; "
            f"there {'is one' if folders else 'are none'}."
        )
    for folder in folders:
        if not _holds_image(folder):
            raise ValueError(f"Expected images ({', '.join(SUFFIXES)}) in {folder}; there are none.")
    return tuple(folder.name for folder in folders)


@dataclass(frozen=True, kw_only=True)
class ImageFolder(Source):
    """Your own images: a folder with one folder for each class, which is named after it.

    Each image is scaled and cropped around its middle to a square. A hash of its name decides its split: about 70 %
    train, 15 % validation, 15 % test; new images never move old ones. Where the folder has folders train, validation
    (or val, valid) and test, these are the splits, and what is missing of them is taken from train.
    """

    path: str = path(label="Path", help="The folder that holds the classes' folders.")
    size: int = whole(64, low=4, high=1024, label="Size", help="Height and width that images are brought to.")
    channels: int = whole(3, low=1, high=3, label="Channels", help="3 for colour, 1 for grey.")
    flip: bool = flag(False, label="Flip", help="Mirror images left to right at random in training.")
    value_range: str = choice("0..1", "0..1", "-1..1", label="Value range", help="From black to white.")

    synonyms: ClassVar[tuple[str, ...]] = ("pictures", "photos", "own data", "files")
    reader: ClassVar[str] = "data_image_folder"
    needs: ClassVar[str] = "Pillow"
    licence: ClassVar[str] = "your own images, as you have them"

    def fields(self) -> tuple[Field, ...]:
        if self.channels == 2:
            raise ShapeError(
                "Expected 1 channel for grey or 3 for colour; 2 came.",
                expected="1 or 3 channels",
                came="2",
                part="channels",
                fixes=(SetArgument("channels", 3, label="Read colour"), SetArgument("channels", 1, label="Read grey")),
            )
        found = inspected(_classes, self.path)
        labels = () if isinstance(found, str) else found
        image = TensorType((B, self.channels, self.size, self.size))
        return (
            Field(name="image", type=image, help=f"Values from {self.value_range.replace('..', ' to ')}."),
            Field(name="label", type=TensorType((B,), "int64"), labels=labels, help="The class, by its folder."),
        )

    def missing(self) -> str | None:
        found = inspected(_classes, self.path)
        return found if isinstance(found, str) else lacking(self.needs)

    def damaged(self) -> str | None:
        if self.missing() is not None:
            return None
        root = Path(self.path).expanduser()
        images = sorted(file for file in root.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        broken = [str(file.relative_to(root)) for file in images[:MOST_READ] if not _can_be_read(file)]
        if not broken:
            return None
        named = ", ".join(broken[:MOST_NAMED])
        more = f" and {len(broken) - MOST_NAMED} more" if len(broken) > MOST_NAMED else ""
        count, them = ("One image", "it") if len(broken) == 1 else (f"{len(broken)} images", "them")
        return f"{count} in {root} cannot be read: {named}{more}. Replace or remove {them}."

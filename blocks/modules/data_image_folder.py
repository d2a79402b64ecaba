"""Images from a folder that holds one folder for each class."""

import hashlib
from pathlib import Path

import torch
from PIL import Image, ImageOps
from torch import Tensor

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
# Where no folders say which split an image is in, its name's hash does: these are the
# shares' ends.
SPLITS = {"train": (0.0, 0.7), "validation": (0.7, 0.85), "test": (0.85, 1.0)}
FOLDERS = {
    "train": ("train",),
    "validation": ("validation", "val", "valid"),
    "test": ("test",),
}
MODES = {1: "L", 3: "RGB"}
KEPT_BYTES = 2**31  # decoded images are kept up to this size of the whole split


class Images:
    """One split, read in whole batches; each file is decoded when it is first asked
    for.
    """

    def __init__(
        self,
        files: list[Path],
        targets: Tensor,
        labels: tuple[str, ...],
        *,
        size: int,
        channels: int,
        flip: bool,
        value_range: str,
    ) -> None:
        """Keep files and their classes (N,); ``flip`` mirrors images at random."""
        self.files = files
        self.targets = targets
        self.labels = labels
        self.size = size
        self.channels = channels
        self.flip = flip
        self.value_range = value_range
        self.keeps = len(files) * channels * size * size <= KEPT_BYTES
        self.decoded = torch.zeros(len(files), dtype=torch.bool)
        self.pixels = torch.empty(
            (len(files) if self.keeps else 0, channels, size, size), dtype=torch.uint8
        )

    def __len__(self) -> int:
        """Count the images."""
        return len(self.files)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, channels, size, size) and label (B,)."""
        image = self.read(indices).float() / 255
        if self.flip:
            mirrored = torch.randint(2, (len(indices),), generator=generator).bool()
            image = torch.where(mirrored[:, None, None, None], image.flip(3), image)
        if self.value_range == "-1..1":
            image = image * 2 - 1
        return {"image": image, "label": self.targets[indices]}

    def read(self, indices: Tensor) -> Tensor:
        """Give pixels (B, channels, size, size) as bytes."""
        if not self.keeps:
            return torch.stack(
                [self.decode(self.files[index]) for index in indices.tolist()]
            )
        for index in indices[~self.decoded[indices]].tolist():
            self.pixels[index] = self.decode(self.files[index])
            self.decoded[index] = True
        return self.pixels[indices]

    def decode(self, file: Path) -> Tensor:
        """Read one file, scaled and cropped around its middle, as bytes (channels,
        size, size).
        """
        try:
            with Image.open(file) as opened:
                upright = ImageOps.exif_transpose(opened).convert(MODES[self.channels])
        except OSError as error:
            raise ValueError(
                f"Expected an image in {file}; it cannot be read: {error}."
            ) from error
        square = ImageOps.fit(
            upright, (self.size, self.size), Image.Resampling.BILINEAR
        )
        pixels = torch.frombuffer(bytearray(square.tobytes()), dtype=torch.uint8)
        return pixels.view(self.size, self.size, -1).permute(2, 0, 1)


def share(name: str) -> float:
    """Turn a file's name into a number from 0 to 1 that is always the same."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32


def classes(folder: Path) -> list[str]:
    """List the classes' folders."""
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.is_dir() and not entry.name.startswith(".")
    )


def members(
    folder: Path, labels: list[str], begin: float = 0.0, end: float = 1.0
) -> list[tuple[Path, int]]:
    """List the images whose names' hashes lie between ``begin`` and ``end``, with their
    classes.
    """
    found = []
    for index, label in enumerate(labels):
        for file in sorted((folder / label).rglob("*")):
            name = file.relative_to(folder).as_posix()
            if (
                file.suffix.lower() in SUFFIXES
                and file.is_file()
                and begin <= share(name) < end
            ):
                found.append((file, index))
    return found


def divide(root: Path) -> tuple[dict[str, list[tuple[Path, int]]], list[str]]:
    """List each split's images, and the classes' names."""
    given = {
        split: root / name
        for split, names in FOLDERS.items()
        for name in names
        if (root / name).is_dir()
    }
    if "train" not in given:
        labels = classes(root)
        return {
            split: members(root, labels, *ends) for split, ends in SPLITS.items()
        }, labels
    labels = classes(given["train"])
    divided = {split: members(folder, labels) for split, folder in given.items()}
    for split, (begin, end) in SPLITS.items():
        if split in given:
            continue
        divided[split] = members(given["train"], labels, begin, end)
        taken = set(divided[split])
        divided["train"] = [image for image in divided["train"] if image not in taken]
    return divided, labels


def load(
    split: str,
    *,
    path: str = "",
    size: int = 64,
    channels: int = 3,
    flip: bool = False,
    value_range: str = "0..1",
) -> Images:
    """Load one split of a folder of images."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if channels not in MODES:
        raise ValueError(
            f"Expected 1 channel for grey or 3 for colour; {channels} came."
        )
    root = Path(path).expanduser()
    if not path or not root.is_dir():
        raise FileNotFoundError(
            "Expected a folder with one folder of images for each class; "
            f"{path!r} is not there."
        )
    divided, labels = divide(root)
    if not divided[split]:
        raise ValueError(
            f"Expected images for {split} in {root}; there are none. "
            f"Add images, or a folder {split}."
        )
    files, targets = zip(*divided[split], strict=True)
    return Images(
        list(files),
        torch.tensor(targets),
        tuple(labels),
        size=size,
        channels=channels,
        flip=flip and split == "train",
        value_range=value_range,
    )

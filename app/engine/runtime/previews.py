"""What a user looks at: tensors as pictures, texts and numbers, with torch alone."""

import json
import math
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

PICTURES = ("images", "masks", "frames")
MOST_NUMBERS = 65536
GREY, COLOURED, FRAMES = 3, 4, 5
CHANNELS = (1, 3)


def write_preview(
    stem: Path,
    kind: str,
    outputs: Mapping[str, Tensor],
    labels: tuple[str, ...],
) -> None:
    """Write images as one picture, texts as text, everything else as numbers."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    pictures = {
        name: value
        for name, value in outputs.items()
        if kind in PICTURES and is_picture(value)
    }
    if pictures:
        stem.with_suffix(".png").write_bytes(png(grid(list(pictures.values()))))
    numbers = {
        name: told(value, labels)
        for name, value in outputs.items()
        if name not in pictures
    }
    if kind == "text":
        lines = [line for value in outputs.values() for line in texts(value, labels)]
        stem.with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
    text = json.dumps({"show": kind, "outputs": numbers})
    stem.with_suffix(".json").write_text(text, encoding="utf-8")


def told(value: Tensor, labels: tuple[str, ...]) -> dict[str, object]:
    """Give numbers as lists, with the classes' names where they are classes."""
    if value.numel() > MOST_NUMBERS:
        value = value[: max(1, MOST_NUMBERS // value[0].numel())]
    plain = value if value.is_floating_point() else value.long()
    found: dict[str, object] = {"values": plain.nan_to_num().tolist()}
    if value.dim() == 1 and are_classes(value, labels):
        found["labels"] = [labels[index] for index in value.tolist()]
    return found


def texts(value: Tensor, labels: tuple[str, ...]) -> list[str]:
    """Read rows of character numbers as texts."""
    if value.dim() == 0 or not are_classes(value, labels):
        return []
    rows = value.reshape(-1, value.shape[-1]).tolist()
    return ["".join(labels[index] for index in row) for row in rows]


def are_classes(value: Tensor, labels: tuple[str, ...]) -> bool:
    """Whether every number has a name."""
    if value.is_floating_point() or value.dtype == torch.bool or not value.numel():
        return False
    least, most = value.aminmax()
    return int(least) >= 0 and int(most) < len(labels)


def is_picture(value: Tensor) -> bool:
    """Whether it is (N, H, W), or (N, C, H, W) or (N, T, C, H, W) with C 1 or 3."""
    coloured = value.dim() in (COLOURED, FRAMES) and value.shape[-3] in CHANNELS
    return bool(value.numel()) and (value.dim() == GREY or coloured)


def grid(pictures: list[Tensor]) -> Tensor:
    """Lay examples out in a square, each with its pictures side by side: (H, W, 3)."""
    rows = [colours(picture) for picture in pictures]
    height, width = rows[0].shape[-2:]
    sized = [functional.interpolate(row, (height, width)) for row in rows]
    cells = functional.pad(torch.cat(sized, dim=3), (1, 1, 1, 1))
    across = math.ceil(math.sqrt(len(cells)))
    missing = -len(cells) % across
    cells = torch.cat([cells, cells.new_zeros(missing, *cells.shape[1:])])
    starts = range(0, len(cells), across)
    lines = [torch.cat(list(cells[i : i + across]), dim=2) for i in starts]
    return torch.cat(lines, dim=1).mul(255).round().byte().permute(1, 2, 0)


def colours(picture: Tensor) -> Tensor:
    """Bring a picture to (N, 3, H, W) from 0 to 1; frames lie side by side."""
    value = picture.float().nan_to_num()
    if value.dim() == GREY:
        value = value.unsqueeze(1)
    if value.dim() == FRAMES:
        value = torch.cat(list(value.unbind(1)), dim=3)
    least, most = float(value.min()), float(value.max())
    if least < 0 or most > 1:
        low, high = (-1.0, 1.0) if least >= -1 and most <= 1 else (least, most)
        value = (value - low) / max(high - low, 1e-12)
    return value.expand(-1, 3, -1, -1)


def png(pixels: Tensor) -> bytes:
    """Encode bytes of (H, W, 3)."""
    height, width, _ = pixels.shape
    lines = functional.pad(pixels.reshape(height, width * 3), (1, 0))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(lines.flatten().tolist()))
    chunks = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in chunks)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Wrap one part of a PNG file."""
    checked = kind + body
    return (
        struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))
    )

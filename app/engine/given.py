"""What a user gave (an image file, a text, numbers, an example of the data) as the tensor that a graph takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from app.engine.errors import RequestError
from app.messages import Example, ImageFile, Input, Text, Values

MOST_PIXELS = 50_000_000


def tensor_of(wanted: Input, reader: ModuleType | None, arguments: Mapping[str, Any]) -> Tensor:
    """One input, with a batch of one."""
    given = wanted.given
    if isinstance(given, ImageFile):
        return image(wanted, given)
    if isinstance(given, Text):
        return text(wanted, given.text)
    if isinstance(given, Values):
        return values(wanted, given)
    return example(wanted, given, reader, arguments)


def prepared(wanted: Input, value: Tensor) -> Tensor:
    """A picture with the mean and deviation of each colour that published weights expect; all else as it is."""
    colours = len(wanted.mean)
    if not colours or not value.is_floating_point() or value.dim() != 4 or value.shape[1] != colours:
        return value
    share = (value - wanted.low) / (wanted.high - wanted.low)
    mean, deviation = (torch.tensor(each).view(1, -1, 1, 1) for each in (wanted.mean, wanted.deviation))
    return (share - mean) / deviation


def image(wanted: Input, given: ImageFile) -> Tensor:
    """The picture in the size and colours that the input has; of another form, its middle."""
    channels, height, width = _picture_shape(wanted)
    try:
        with Image.open(given.path) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise RequestError(f"“{given.path}” has more than {MOST_PIXELS // 10**6} million pixels.")
            picture = _upright(opened).convert("L" if channels == 1 else "RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise RequestError(f"“{given.path}” cannot be read as an image: {error}.") from error
    if height and width:
        picture = ImageOps.fit(picture, (width, height), Image.Resampling.BILINEAR)
    if given.invert:
        picture = ImageOps.invert(picture)
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).float() / 255
    pixels = pixels.view(picture.height, picture.width, channels).permute(2, 0, 1)
    pixels = wanted.low + (wanted.high - wanted.low) * pixels
    flat = len(wanted.type.shape) == 2
    return (pixels.flatten() if flat else pixels.contiguous()).unsqueeze(0)


def _upright(opened: Image.Image) -> Image.Image:
    """Turned as its camera says, transparent parts white."""
    turned = ImageOps.exif_transpose(opened)
    if "A" not in turned.getbands() and "transparency" not in turned.info:
        return turned
    turned = turned.convert("RGBA")
    white = Image.new("RGBA", turned.size, "white")
    return Image.alpha_composite(white, turned)


def _picture_shape(wanted: Input) -> tuple[int, int | None, int | None]:
    shape = wanted.type.shape
    for full in (shape, wanted.picture):
        if len(full) == 4 and full[1] in (1, 3):
            return full[1], full[2], full[3]
    if len(shape) == 2 and shape[1] and math.isqrt(shape[1]) ** 2 == shape[1]:
        side = math.isqrt(shape[1])
        return 1, side, side
    raise RequestError(
        f"“{wanted.type.name}” is not an image: it takes {_shown(shape)}, and an image is B×1×H×W or B×3×H×W."
    )


def text(wanted: Input, given: str) -> Tensor:
    """The text as numbers of its characters."""
    if not given:
        raise RequestError(f"Type at least one character for “{wanted.type.name}”.")
    if not wanted.labels or wanted.type.dtype not in ("int64", "int32"):
        raise RequestError(f"“{wanted.type.name}” does not take a text: the data gives its numbers no characters.")
    places = {label: index for index, label in enumerate(wanted.labels)}
    unknown = places.get("\ufffd")
    missing = sorted({character for character in given if character not in places})
    if missing and unknown is None:
        known = named_characters(label for label in wanted.labels if len(label) == 1)
        were = "character was" if len(missing) == 1 else "characters were"
        raise RequestError(f"The {were} not in the data: {named_characters(missing)}. It has {known}.")
    tokens = [places.get(character, unknown) for character in given]
    length = wanted.type.shape[1] if len(wanted.type.shape) > 1 else None
    if length is not None:
        tokens = tokens[-length:]
    return torch.tensor([tokens], dtype=getattr(torch, wanted.type.dtype))


def named_characters(characters: Iterable[str]) -> str:
    """Characters for a sentence: those that can be seen in quotes, the others by name."""
    given = list(characters)
    seen = "".join(one for one in given if one.isprintable() and not one.isspace())
    unseen = [_UNSEEN.get(one, f"U+{ord(one):04X}") for one in given if one not in seen]
    return " and ".join([f"“{seen}”"] * bool(seen) + unseen) or "none"


_UNSEEN = {" ": "space", "\n": "newline", "\t": "tab", "\r": "carriage return", "\u00a0": "no-break space"}


def values(wanted: Input, given: Values) -> Tensor:
    """Numbers, with or without the batch's brackets."""
    try:
        made = torch.tensor(given.values, dtype=getattr(torch, wanted.type.dtype))
    except (TypeError, ValueError) as error:
        raise RequestError(f"The numbers for “{wanted.type.name}” do not form a tensor: {error}.") from error
    shape = wanted.type.shape
    if made.dim() == len(shape) - 1:
        made = made.unsqueeze(0)
    if made.dim() != len(shape) or any(
        want is not None and position and want != came
        for position, (want, came) in enumerate(zip(shape, made.shape, strict=True))
    ):
        raise RequestError(f"“{wanted.type.name}” takes {_shown(shape)}; the numbers form {_shown(tuple(made.shape))}.")
    return made


def example(wanted: Input, given: Example, reader: ModuleType | None, arguments: Mapping[str, Any]) -> Tensor:
    """A field of one example of the run's own data."""
    if reader is None:
        raise RequestError("This run has no data to take an example from.")
    try:
        data = reader.load(given.split, **arguments)
    except (ValueError, LookupError, OSError) as error:
        raise RequestError(f"No example can be taken from the data: {error}") from error
    if not 0 <= given.index < len(data):
        raise RequestError(f"The split {given.split} has {len(data)} examples; there is no number {given.index}.")
    batch = data.batch(torch.tensor([given.index]), torch.Generator().manual_seed(0))
    field = wanted.field or wanted.type.name
    if field not in batch:
        raise RequestError(f"The data has {', '.join(batch)}, but no “{field}”.")
    found: Tensor = batch[field]
    fixed = [size for size in wanted.type.shape[1:] if size is not None]
    if found.dim() != len(wanted.type.shape) and len(fixed) == len(wanted.type.shape) - 1:
        return found.reshape(len(found), *fixed)
    return found


def _shown(shape: tuple[int | None, ...]) -> str:
    return "×".join("?" if size is None else str(size) for size in shape) or "a scalar"

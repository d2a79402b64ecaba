"""What sources need to know of packages and files before anything is trained, with the standard library alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from os import stat_result
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")

IMPORTS = {"scikit-learn": "sklearn", "Pillow": "PIL"}
"""Import names of packages that are called otherwise where one installs them."""


def lacking(package: str) -> str | None:
    """None where the package can be imported, else a sentence."""
    if find_spec(IMPORTS.get(package, package)) is not None:
        return None
    return f"The package {package} is needed to read this data and is not installed: pip install {package}"


def stamp(path: str) -> tuple[str, int, int]:
    """The path with what changes when its content does; raises OSError where there is nothing."""
    status: stat_result = Path(path).expanduser().stat()
    return str(Path(path).expanduser()), status.st_mtime_ns, status.st_size


def inspected(look: Callable[..., Found], path: str, *more: str | int) -> Found | str:
    """What ``look(stamp, *more)``, a cached function, finds at a path, else a sentence that says why it found nothing.

    ``look`` raises ValueError with a sentence where the content is not what is expected.
    """
    if not path:
        return "No file or folder is chosen yet."
    try:
        return look(stamp(path), *more)
    except FileNotFoundError:
        return f"There is nothing at {path}: choose another file or folder, or put the data there."
    except UnicodeDecodeError as error:
        return f"Expected text in UTF-8 in {path}; byte {error.start} is not: save the file as UTF-8."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror or error}."
    except ValueError as error:
        return str(error)

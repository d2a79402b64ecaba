"""Where Netloom keeps its own files: under ``$NETLOOM_HOME`` if that is set, else where the platform says."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import PlatformDirs

HOME = "NETLOOM_HOME"


def _folder(kind: str) -> Path:
    home = os.environ.get(HOME)
    if home:
        return Path(home).expanduser().resolve() / kind
    platform = PlatformDirs("netloom", appauthor=False, roaming=True)
    return (
        Path({"settings": platform.user_config_dir, "cache": platform.user_cache_dir}[kind])
        if kind
        in (
            "settings",
            "cache",
        )
        else Path(platform.user_data_dir) / kind
    )


def settings() -> Path:
    """Folder of the user's settings."""
    return _folder("settings")


def cache() -> Path:
    """Folder of what can be made again."""
    return _folder("cache")


def data() -> Path:
    """Folder of downloaded data sets."""
    return _folder("data")


def blocks() -> Path:
    """Folder of the user's own blocks."""
    return _folder("blocks")


def recovery() -> Path:
    """Folder of autosaved documents that have no file yet."""
    return _folder("recovery")


def runs(document: Path | None = None) -> Path:
    """Folder of a document's runs: beside it once it is saved, else with the application's data."""
    if document is None:
        return _folder("runs")
    return document.with_name(document.stem + ".runs")

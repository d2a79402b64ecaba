"""What this machine has. No torch, so that whoever asks before an engine runs gets an answer."""

from __future__ import annotations

import contextlib
import os


def main_memory() -> tuple[int | None, int | None]:
    """Bytes of main memory, all and free; None where the system does not say."""
    facts: dict[str, int] = {}
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/meminfo", encoding="ascii") as file:
        facts = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in file)}
    if facts:
        return facts.get("MemTotal"), facts.get("MemAvailable")
    with contextlib.suppress(ValueError, OSError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), None
    return None, None

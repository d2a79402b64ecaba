"""Compares every template with its reference implementation, in an environment of its own.

    python scripts/references.py [TEMPLATE...]

Makes ``.venv-references`` where it is missing: torchvision, transformers and torch_geometric at exact versions, beside
all that this environment has. Nobody needs it in order to use Netloom. Writes ``tests/references/results.json``.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv-references"
REQUIREMENTS = ROOT / "tests" / "references" / "requirements.txt"
STAMP = FOLDER / "netloom-installed"


def shared_folders() -> list[str]:
    """Where this environment's packages lie, which the other one sees, too."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]


def python() -> Path:
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """Of all that the environment was made from; the file's own text included."""
    made_from = [REQUIREMENTS.read_text(encoding="utf-8"), sys.version, str(FOLDER), *shared_folders()]
    return hashlib.blake2b("\n".join(made_from).encode(), digest_size=16).hexdigest()


def make_environment() -> bool:
    """Whether all of it is there, or was installed now."""
    if STAMP.exists() and python().exists() and STAMP.read_text(encoding="utf-8") == fingerprint():
        return True
    print(f"Making {FOLDER.name}, about 200 MB, to compare templates with reference implementations", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", str(FOLDER)], check=True)
    asked = [str(python()), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    # addsitedir, unlike a plain line, also follows what is installed there for editing.
    lines = "".join(f"import site; site.addsitedir({path!r})\n" for path in shared_folders())
    (packages / "netloom.pth").write_text(lines, encoding="utf-8")
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*pip, "-r", str(REQUIREMENTS)], stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        return False
    STAMP.write_text(fingerprint(), encoding="utf-8")
    return True


def main(templates: Sequence[str] = ()) -> int:
    """Compare these, all of them where none is named; 0 where nothing differs and nothing was left out."""
    if not make_environment():
        print("The reference implementations could not be installed; what needs them is not compared.", flush=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    command = [str(python()), "-m", "tests.references.compare", *templates]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``make verify``: trains quick presets from several seeds in fresh processes, and writes receipts of what came.

    python scripts/verify.py [TEMPLATE...]     receipts for these (all of them without a name)
    python scripts/verify.py --again           one short template again, chosen by the commit, beside its receipt
    python scripts/verify.py --compare [T...]  only the comparison with references, added to receipts of today
    python scripts/verify.py --miss [T...]     only what must miss the goal: baselines and ruin, added likewise

Each template is compared with its reference implementation before it is trained. A receipt is written only where that
agrees, or could not be done (it says so), every seed reached the goal, and every baseline and the ruin missed it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

import templates
from app.cli.training import judge, latest_values
from app.client import EngineClient, EngineError
from app.core.document import Document
from app.core.goals import is_reached
from app.messages import Built
from app.receipts import FOLDER, PRESET, Measured, Receipt, Ruined, hashes, is_stale, receipt
from app.receipts import names as receipts
from app.requests import build_request
from app.runs import start_run
from blocks import library
from tests.baselines import baselines
from tests.references.subject import subject
from tests.ruins import ruined, ruins

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (0, 1, 2)
SHORT = 30.0
"""Seconds of one training that count as short enough to be done again at every change."""

FIRST = "mlp_classifier"
PACKAGES = ("netloom", "torch", "numpy", "scikit-learn", "safetensors")
CALIBRATION = """
import time, torch
torch.manual_seed(0)
a, image = torch.randn(256, 256), torch.randn(16, 16, 32, 32)
kernel = torch.randn(16, 16, 3, 3)
begun = time.perf_counter()
for _ in range(200):
    torch.tanh(a @ a)
    torch.conv2d(image, kernel, padding=1)
print(time.perf_counter() - begun)
"""


def say(text: str) -> None:
    print(text, flush=True)


def commit() -> str:
    """The commit that the tree is at; “uncommitted” outside a repository."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "uncommitted"


def drawn(text: str, below: int) -> int:
    """A number that nobody chose: of a commit's hash."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") % below


def calibration(threads: int) -> float:
    """Seconds of a fixed piece of work here."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [sys.executable, "-c", CALIBRATION], capture_output=True, text=True, check=True, env=environment
    )
    return round(float(done.stdout), 3)


def train(document: Document, seed: int, threads: int) -> tuple[Measured | None, str]:
    """One training in a process of its own: what its goal's metric came to, or what went wrong."""
    chosen = document.presets[PRESET]
    assert chosen.goal is not None
    folder = Path(tempfile.mkdtemp(prefix="netloom-verify-"))
    begun = time.monotonic()
    run = start_run(document, library(), PRESET, out=folder / "run", device="cpu", seed=seed, threads=threads)
    try:
        status = run.wait()
    except BaseException:
        run.kill()
        raise
    seconds = round(time.monotonic() - begun, 1)
    if status.state != "finished":
        return None, f"{status.message or status.state} (see {run.folder / 'log.txt'})"
    judged = judge(chosen.goal, latest_values(run))
    shutil.rmtree(folder, ignore_errors=True)
    if judged.value is None:
        return None, f"{judged.metric} did not come"
    return Measured(value=judged.value, seconds=seconds, steps=status.steps), ""


def counted(document: Document) -> dict[str, dict[str, int]]:
    """Parameters by preset and model, of the models that torch built; each was run forward once."""
    found: dict[str, dict[str, int]] = {}
    with EngineClient() as client:
        for preset in document.presets:
            try:
                answer = client.ask(build_request(document, library(), preset))
            except EngineError as error:
                raise SystemExit(f"{preset} cannot be built: {error}") from error
            if not isinstance(answer, Built) or answer.problems:
                raise SystemExit(f"{preset} cannot be built: {answer}")
            found[preset] = {model.name: model.parameters for model in answer.models}
    return found


def compared(names: Sequence[str]) -> dict[str, dict[str, str]] | None:
    """Run the comparison, and give for each template what came by reference; None where one does not agree.

    What could not be compared now counts as it was compared before, if the models are still the same.
    """
    subprocess.run([sys.executable, str(ROOT / "scripts" / "references.py"), *names], cwd=ROOT, check=False)
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    for one in json.loads((ROOT / "tests" / "references" / "results.json").read_text(encoding="utf-8"))["results"]:
        name = one["template"]
        if name not in found:
            continue
        if one.get("subject") != subject(name, one["preset"]):
            found[name][one["reference"]] = "not compared: its result is of another drawing"
        elif one["wrong"]:
            say(f"{name} is not what {one['reference']} is: {' '.join(one['wrong'])}")
            return None
        else:
            apart = max(one["loaded"], one["back"])
            outputs = f"outputs within {apart:.0e}" if apart else "outputs the same"
            found[name][one["reference"]] = f"parameters and keys agree, {outputs} ({one['preset']})"
    return found


def compare(names: Sequence[str]) -> int:
    """Add the comparison to the receipts there are; gives the exit code."""
    found = compared(names)
    if found is None:
        return 1
    for name in names:
        kept = receipt(name)
        if kept is not None and not is_stale(kept):
            write(msgspec.structs.replace(kept, compared=found[name]))
    return 0


def missing(name: str, threads: int) -> tuple[dict[str, float], Ruined] | None:
    """What cheap answers and the ruin come to; None where one of them reaches the goal, or the ruin cannot train."""
    goal = templates.load(name).presets[PRESET].goal
    assert goal is not None
    cheap = {what: round(value, 4) for what, value in baselines()[name]().items()}
    for what, value in cheap.items():
        if is_reached(goal, value):
            say(f"{name}: its goal is reached by {what} ({value:.4f})")
            return None
    what = ruins()[name][0]
    found, wrong = train(ruined(name), SEEDS[0], threads)
    if found is None:
        say(f"{name}, {what}: {wrong}")
        return None
    has_missed = not is_reached(goal, found.value)
    verdict = "missed, as it must" if has_missed else "REACHED"
    say(f"{name}, {what}: {found.value:.4f} in {found.seconds} s, goal {verdict}")
    return (cheap, Ruined(what=what, measured=found)) if has_missed else None


def add_missing(name: str, threads: int) -> bool:
    """Add baselines and ruin to the receipt there is."""
    kept = receipt(name)
    if kept is None or is_stale(kept):
        say(f"{name}: there is no receipt of today's template to add to")
        return False
    found = missing(name, threads)
    if found is None:
        return False
    write(msgspec.structs.replace(kept, baselines=found[0], ruin=found[1]))
    return True


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def verify(name: str, threads: int) -> bool:
    """Train from every seed, and write the receipt where all reached the goal."""
    document = templates.load(name)
    preset = document.presets.get(PRESET)
    if preset is None or preset.goal is None:
        say(f"{name}: no goal is stated for “{PRESET}”")
        return False
    at = commit()
    seeds = [*SEEDS, len(SEEDS) + drawn(at + name, 10**6)]
    before = hashes(name)
    references = compared([name])
    if references is None:
        return False
    measured: dict[str, Measured] = {}
    for seed in seeds:
        found, wrong = train(document, seed, threads)
        if found is None:
            say(f"{name}, seed {seed}: {wrong}")
            return False
        measured[str(seed)] = found
        verdict = "reached" if is_reached(preset.goal, found.value) else "MISSED"
        say(f"{name}, seed {seed}: {found.value:.4f} in {found.seconds} s, goal {verdict}")
    if not all(is_reached(preset.goal, found.value) for found in measured.values()):
        return False
    missed = missing(name, threads)
    if missed is None:
        return False
    if hashes(name) != before:
        say(f"{name}: changed while it was trained; nothing is written")
        return False
    made = Receipt(
        template=name,
        preset=PRESET,
        date=datetime.now(UTC).date().isoformat(),
        commit=at,
        hashes=before,
        goal=preset.goal,
        seeds=measured,
        parameters=counted(document),
        versions=versions(),
        threads=threads,
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        calibration_seconds=calibration(threads),
        compared=references[name],
        baselines=missed[0],
        ruin=missed[1],
    )
    write(made)
    return True


def write(made: Receipt) -> None:
    file = ROOT / "resources" / FOLDER / f"{made.template}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    say(f"{made.template}: wrote {file.relative_to(ROOT)}")


def again(threads: int) -> bool:
    """One short template once more, from its first seed; the goal must be reached, as the receipt says."""
    short = [
        name
        for name in receipts()
        if (kept := receipt(name)) is not None and max(one.seconds for one in kept.seeds.values()) <= SHORT
    ]
    name = short[drawn(commit(), len(short))] if short else FIRST
    document = templates.load(name)
    goal = document.presets[PRESET].goal
    assert goal is not None
    found, wrong = train(document, SEEDS[0], threads)
    if found is None:
        say(f"{name}, trained again: {wrong}")
        return False
    kept = receipt(name)
    beside = f"; the receipt says {kept.seeds[str(SEEDS[0])].value:.4f}" if kept is not None else "; no receipt yet"
    has_reached = is_reached(goal, found.value)
    say(
        f"{name}, trained again from seed {SEEDS[0]}: {goal.metric} {found.value:.4f} in {found.seconds} s, goal "
        f"{'reached' if has_reached else 'MISSED'}{beside}"
    )
    return has_reached


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("templates", nargs="*", help="which; all without a name")
    parser.add_argument("--again", action="store_true", help="one short template again, beside its receipt")
    parser.add_argument("--compare", action="store_true", help="only compare with references, for receipts of today")
    parser.add_argument("--miss", action="store_true", help="only baselines and ruins, for receipts of today")
    parser.add_argument("--threads", type=int, default=1, help="of each training; more than cores are free is slow")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a training at work is ended, too
    unknown = [name for name in options.templates if name not in templates.names()]
    if unknown:
        parser.error(f"there is no template {unknown[0]}; there are: {', '.join(templates.names())}")
    if options.again:
        return 0 if again(options.threads) else 1
    if options.compare:
        return compare(options.templates or templates.names())
    make = add_missing if options.miss else verify
    outcomes = {name: make(name, options.threads) for name in options.templates or templates.names()}
    missed = [name for name, is_verified in outcomes.items() if not is_verified]
    say(
        f"{len(outcomes) - len(missed)} of {len(outcomes)} verified" + (f"; not: {', '.join(missed)}" if missed else "")
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

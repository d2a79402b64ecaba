"""Wrong usage is an object for who asked for objects, and runs are found where they lie."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from app import runs
from app.cli.console import Exit, Failure
from app.cli.training import runs_here
from blocks import library
from templates import load
from tests.cli.conftest import Call


@pytest.mark.parametrize(
    "wrong", [("check",), ("templates", "--nope"), ("frobnicate",), ("export", "lenet5", "--to", "no-such-format")]
)
def test_wrong_usage_is_an_object_with_json(call: Call, wrong: tuple[str, ...]) -> None:
    result = call(*wrong, "--json")
    failure = msgspec.json.decode(result.out, type=Failure)
    assert result.code == failure.exit == Exit.USAGE
    assert failure.error


def test_runs_of_templates_and_of_documents_in_this_folder_are_found(here: Path) -> None:
    document = load("mlp_classifier")
    made = [runs.make_run(document, library(), "quick", path=path) for path in (None, Path("mine.netloom"))]
    assert {run.folder.resolve() for run in runs_here()} == {run.folder.resolve() for run in made}


@pytest.mark.parametrize(
    "wrong",
    [
        ("train", "mlp_classifier", "--device", "gpu7"),
        ("train", "mlp_classifier", "--device", "cpu; rm"),
        ("train", "--resume", "gone", "--device", ""),
        ("train", "mlp_classifier", "--seed", str(10**30)),
        ("train", "mlp_classifier", "--budget", str(10**18)),
        ("new", "lenet5", ""),
        ("new", "lenet5", "."),
        ("check", ""),
    ],
    ids=" ".join,
)
def test_absurd_arguments_are_refused_before_anything_is_made(call: Call, here: Path, wrong: tuple[str, ...]) -> None:
    said = call(*wrong)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert said.err.strip()
    assert list(here.iterdir()) == []


ENDS_AT_IMPORT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), {sign})
sys.meta_path.insert(0, Finder())
from app.cli import main
sys.exit(main(["summary", "lenet5"]))
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("module", ["app.cli.entry", "app.core.document", "blocks.convolution.conv2d"])
def test_an_end_that_is_asked_for_early_is_an_interruption_too(here: Path, module: str, sign: signal.Signals) -> None:
    code = ENDS_AT_IMPORT.format(module=module, sign=int(sign))
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, cwd=here)
    assert done.returncode == 130, done.stderr
    assert done.stdout == ""
    assert done.stderr in ("", "Interrupted.\n")

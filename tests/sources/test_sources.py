"""Every data source there is, by discovery: what it says it yields is what its reader gives, and always the same."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import inspect
import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from app.core.block import Source
from app.core.symbolic import Dim, Symbol
from blocks import library, module_text
from tests.sources.cases import arguments_of, is_random, made
from tests.sources.readers import MODULES, reader

SOURCES = [block for block in library().all() if issubclass(block, Source)]
SPLITS = ("train", "validation", "test")
CASES = [
    pytest.param(source, arguments, id=f"{source.__name__}-{index}")
    for source in SOURCES
    for index, arguments in enumerate(arguments_of(source))
]

every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
every_case = pytest.mark.parametrize(("source", "arguments"), CASES)


def loaded(source: Source, split: str) -> Any:
    """The reader's own data for a source block's arguments."""
    return reader(source.reader).load(split, **{name: getattr(source, name) for name in source.arguments()})


def drawn(data: Any, count: int, seed: int = 0) -> dict[str, Tensor]:
    """A batch of the first ``count`` examples."""
    indices = torch.arange(min(count, len(data)))
    batch: dict[str, Tensor] = data.batch(indices, torch.Generator().manual_seed(seed))
    return batch


def fingerprint(batch: dict[str, Tensor]) -> str:
    """The batch's very bytes, in short."""
    digest = hashlib.sha256()
    for name, tensor in batch.items():
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def sizes(shape: tuple[Dim, ...], known: dict[str, int]) -> tuple[int, ...]:
    return tuple(dim.poly.value(known) if isinstance(dim, Symbol) else dim for dim in shape)


@every_source
def test_source_says_what_it_is(source: type[Source]) -> None:
    summary, _, rest = (source.__doc__ or "").partition("\n")
    assert summary.endswith((".", "?"))
    assert len(summary) <= 120
    assert rest.strip()
    assert source.licence
    assert dataclasses.is_dataclass(source)
    assert source.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert {field.name for field in dataclasses.fields(source)} == set(source.arguments())
    defaults = source.defaults()
    for name, argument in source.arguments().items():
        assert argument.label
        assert argument.help.endswith("."), name
        assert argument.accepts(defaults[name]) is None
    assert all(field.help.endswith(".") for field in source().fields())
    assert arguments_of(source), "A source without default data needs cases of its own."


@every_source
def test_reader_takes_the_arguments_of_the_block(source: type[Source]) -> None:
    parameters = inspect.signature(reader(source.reader).load).parameters
    split, *others = parameters.values()
    assert split.name == "split"
    assert {other.name: other.default for other in others} == source.defaults()
    assert all(other.kind is inspect.Parameter.KEYWORD_ONLY for other in others)


@every_case
def test_fields_are_what_the_reader_gives(
    source: type[Source], arguments: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    block = made(source, arguments, request)
    assert block.missing() is None
    for split in source.splits:
        data = loaded(block, split)
        for count in (2, 5, len(data)):
            batch = drawn(data, count)
            fields = block.fields()
            assert list(batch) == [field.name for field in fields]
            known = {"B": min(count, len(data))}
            for field in fields:
                for dim, size in zip(field.type.shape, batch[field.name].shape, strict=True):
                    if isinstance(dim, Symbol) and str(dim).isidentifier():
                        assert known.setdefault(str(dim), size) == size
            for field in fields:
                tensor = batch[field.name]
                assert tuple(tensor.shape) == sizes(field.type.shape, known), field.name
                assert str(tensor.dtype) == f"torch.{field.type.dtype}", field.name
                assert tensor.is_contiguous()
                assert tensor.device.type == "cpu"
                if field.type.is_floating:
                    assert tensor.isfinite().all()
                elif field.labels and field.type.dtype == "int64":
                    assert int(tensor.min()) >= 0
                    assert int(tensor.max()) < len(field.labels)
                    assert tuple(data.labels) == field.labels


@every_case
def test_seed_epoch_and_index_decide_everything(
    source: type[Source], arguments: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    block = made(source, arguments, request)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for split in source.splits:
        data = loaded(block, split)
        first = fingerprint(drawn(data, 6, seed=1))
        other = fingerprint(drawn(data, 6, seed=2))
        assert fingerprint(drawn(data, 6, seed=1)) == first, "A batch must not depend on those before it."
        assert fingerprint(drawn(loaded(block, split), 6, seed=1)) == first, "Nor on who loaded it."
        assert (first != other) == (split == "train" and is_random(block))
    assert torch.equal(torch.get_rng_state(), before), "The default generator belongs to the training step."


@every_source
def test_reader_uses_only_what_it_may(source: type[Source]) -> None:
    tree = ast.parse(module_text(source.reader))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    others = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"torch"}
    distributions = {found.lower() for name in others for found in packages_distributions()[name]}
    assert distributions == ({source.needs.lower()} if source.needs else set())
    docstrings = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)]
    assert all(
        ast.get_docstring(node) for node in docstrings if getattr(node, "name", "") not in ("uniform", "between")
    )
    assert module_text(source.reader).isascii()


@every_source
def test_unknown_split_is_refused_with_a_sentence(source: type[Source]) -> None:
    with pytest.raises(ValueError, match=r"Expected a split of train, validation, test; 'half' came\."):
        reader(source.reader).load("half")


ALONE = """
import hashlib, importlib, json, sys
import torch
folder, wanted = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, folder)
found = {}
for name, arguments in wanted.items():
    data = importlib.import_module(name).load("train", **arguments)
    digest = hashlib.sha256()
    batch = data.batch(torch.arange(min(6, len(data))), torch.Generator().manual_seed(1))
    for key, tensor in batch.items():
        digest.update(f"{key} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    found[name] = digest.hexdigest()
ours = [name for name in sys.modules if name.split(".")[0] in ("app", "blocks", "templates")]
print(json.dumps([found, ours]))
"""


def test_readers_run_from_copies_without_this_project(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    wanted, here = {}, {}
    for source in SOURCES:
        (tmp_path / f"{source.reader}.py").write_bytes((MODULES / f"{source.reader}.py").read_bytes())
        block = made(source, arguments_of(source)[0], request)
        wanted[source.reader] = {name: getattr(block, name) for name in block.arguments()}
        here[source.reader] = fingerprint(drawn(loaded(block, "train"), 6, seed=1))
    ran = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", ALONE, str(tmp_path), json.dumps(wanted)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found, ours = json.loads(ran.stdout)
    assert ours == []
    assert found == here, "Another process must give the same bytes."


def test_what_sources_yield_is_known_without_torch_or_their_package() -> None:
    program = (
        "import sys; from app.core.block import Source; from blocks import library\n"
        "found = [b() for b in library().all() if issubclass(b, Source)]\n"
        "assert all(b.fields() for b in found); [b.missing() for b in found]\n"
        "print([n for n in ('torch', 'numpy', 'sklearn', 'PIL', 'networkx') if n in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=MODULES.parents[1], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"

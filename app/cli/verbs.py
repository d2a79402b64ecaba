"""The verbs, as typer takes them; each does its work in a module of its own, loaded when it is called."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import Exit, RefusedError

HELP = """Draw neural networks as graphs, watch every shape live, train them, and take away readable PyTorch code.

“netloom” opens the editor; “netloom FILE-OR-TEMPLATE” opens that document. The verbs below do without a window. Results
go to standard output, everything else to standard error. Exit codes: 0 done (and the goal reached, where there is one),
1 problems in the input, 2 usage, 3 trained but goal missed, 4 engine failed, 130 interrupted with the checkpoint kept.
"""

app = typer.Typer(
    name="netloom", help=HELP, add_completion=False, no_args_is_help=True, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)  # fmt: skip

Doc = Annotated[str, typer.Argument(metavar="DOC", help="A .netloom file or a template's name.")]
PresetOption = Annotated[
    str | None, typer.Option("--preset", metavar="NAME", help="Which preset; without it the document's own.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object; “netloom schema VERB” says what is in it.")]


def _allow(digests: list[str] | None) -> list[str] | None:
    """Remember which Python of documents may run."""
    if digests:
        from app.allowed import AllowedError, allow, is_digest

        for one in digests:
            if not is_digest(one):
                raise typer.BadParameter(f"“{one}” is no hash of a text: it has 64 digits and letters a to f.")
        try:
            allow(digests)
        except AllowedError as error:
            raise RefusedError(str(error)) from error
    return digests


AllowCode = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-code", metavar="HASH", callback=_allow, help="Let Python that the document brings run, now and later."
    ),
]
RunFolder = Annotated[Path | None, typer.Option(metavar="RUN", help="A run's folder; without it the newest run.")]


class Part(StrEnum):
    """Which file ``code`` gives."""

    MODEL = "model"
    STEPS = "steps"
    TRAIN = "train"
    ALL = "all"


class Format(StrEnum):
    """What ``export`` can write."""

    CODE = "code"
    SAFETENSORS = "safetensors"
    SVG = "svg"
    PNG = "png"


def call(arguments: Sequence[str]) -> int:
    """Run one verb; gives the exit code."""
    try:
        if "--json" in arguments:
            return _call_for_json(arguments)
        app(list(arguments), prog_name="netloom")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _call_for_json(arguments: Sequence[str]) -> int:
    """As ``call``, but wrong usage becomes the object that says what failed, as every other failure does."""
    try:
        ended = app(list(arguments), prog_name="netloom", standalone_mode=False)
    except Exception as error:
        if getattr(error, "exit_code", None) != Exit.USAGE:  # typer has its own class for these, or click's: by version
            raise
        said = getattr(error, "format_message", error.__str__)()
        raise RefusedError(said, Exit.USAGE) from error
    return ended if isinstance(ended, int) else 0


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"netloom {importlib.metadata.version('netloom')}")
        raise typer.Exit


@app.callback()
def _netloom(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """Holds the options that belong to no verb."""


@app.command("open")
def open_(target: Annotated[str, typer.Argument(metavar="DOC", help="A file or a template's name.")]) -> None:
    """Open the editor on a document.

    It may have the name of a verb.
    """
    from app.cli.window import open_window

    raise typer.Exit(open_window(target))


@app.command()
def templates(json: Json = False) -> None:
    """List the templates."""
    from app.cli.listing import list_templates

    list_templates(as_json=json)


@app.command()
def new(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="A template's name, or a document to copy.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .netloom file to make; it must not be there yet.")],
    json: Json = False,
) -> None:
    """Make a document of your own from a template."""
    from app.cli.listing import make_new

    make_new(template, file, as_json=json)


@app.command()
def check(doc: Doc, preset: PresetOption = None, json: Json = False) -> None:
    """Say what is wrong with a document.

    A sentence for each cause; exit code 1 where something is.
    """
    from app.cli.inspection import check_document

    raise typer.Exit(check_document(doc, preset, as_json=json))


@app.command()
def summary(
    doc: Doc,
    preset: PresetOption = None,
    depth: Annotated[int, typer.Option(min=1, help="How deep into graphs within graphs.")] = 2,
    built: Annotated[bool, typer.Option("--built", help="Build it in PyTorch: torchinfo's table.")] = False,
    allow_code: AllowCode = None,
    json: Json = False,
) -> None:
    """Tell shapes and sizes of every layer.

    Parameters and multiply-accumulates, too; without PyTorch unless --built.
    """
    from app.cli.inspection import summarise, summarise_built

    if built:
        summarise_built(doc, preset, as_json=json)
    else:
        summarise(doc, preset, depth, as_json=json)


@app.command()
def code(
    doc: Doc,
    preset: PresetOption = None,
    part: Annotated[Part, typer.Option(help="model.py, steps.py, train.py, or a folder with all files.")] = Part.MODEL,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File, or folder for “all”.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    allow_code: AllowCode = None,
    json: Json = False,
) -> None:
    """Give the PyTorch code.

    model.py on standard output, unless said otherwise.
    """
    from app.cli.taking import write_code

    write_code(doc, preset, part.value, output, force=force, as_json=json)


@app.command()
def train(
    doc: Annotated[str | None, typer.Argument(metavar="DOC", help="A file or template; not with --resume.")] = None,
    preset: PresetOption = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**62, help="Of all random numbers.")] = None,
    budget: Annotated[int | None, typer.Option(metavar="STEPS", min=1, max=2**40, help="So many steps in all.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="RUN", help="The run's folder; it must be new or empty.")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with this run.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Start also what seems too large for this machine.")] = False,
    allow_code: AllowCode = None,
    json: Json = False,
) -> None:
    """Train, and tell the goal.

    With progress on standard error; the run's folder is the last line. Ctrl-C keeps a checkpoint.
    """
    from app.cli.training import Wishes, train_document

    wishes = Wishes(device=device, seed=seed, budget=budget, out=out, force=force)
    raise typer.Exit(train_document(doc, preset, wishes, resume, as_json=json))


@app.command()
def runs(
    doc: Annotated[str | None, typer.Argument(metavar="DOC", help="A document; else what is here.")] = None,
    json: Json = False,
) -> None:
    """List runs, newest first."""
    from app.cli.training import list_runs

    list_runs(doc, as_json=json)


@app.command()
def run(
    doc: Annotated[str, typer.Argument(metavar="DOC-OR-RUN", help="A document with a trained run, or a run's folder.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="INPUT", help="An image file, a text, or a JSON list; also as name=INPUT."),
    ] = None,
    graph: Annotated[str | None, typer.Option(help="A preview graph or model; else the first preview.")] = None,
    run: RunFolder = None,
    checkpoint: Annotated[str, typer.Option(metavar="NAME", help="Which, such as step-00000600; else the last.")] = "",
    split: Annotated[str, typer.Option(help="Where an input that is not given is taken from.")] = "test",
    example: Annotated[int, typer.Option(min=0, metavar="N", help="Which example of it.")] = 0,
    invert: Annotated[bool, typer.Option("--invert", help="Black for white, in images.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for pictures that come out.")] = None,
    allow_code: AllowCode = None,
    json: Json = False,
) -> None:
    """Try a trained model on an input.

    On an image, a text or an example of its data; shows what was given and what the model makes of it.
    """
    from app.cli.running import Wanted, run_graph

    wanted = Wanted(tuple(inputs or ()), graph, run, checkpoint, split, example, invert, output)
    run_graph(doc, wanted, as_json=json)


@app.command()
def export(
    doc: Doc,
    to: Annotated[Format, typer.Option("--to", help="What to write.")],
    preset: PresetOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File, or folder for “code”.")] = None,
    graph: Annotated[str | None, typer.Option(help="Which graph to draw (svg, png); else the first model's.")] = None,
    run: RunFolder = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    allow_code: AllowCode = None,
    json: Json = False,
) -> None:
    """Write code, trained weights or a picture into files."""
    from app.cli.taking import Order, export_document

    export_document(doc, preset, Order(to.value, output, graph, run, force), as_json=json)


@app.command()
def weights(
    doc: Annotated[str | None, typer.Argument(metavar="DOC", help="A document; may be left out with --list.")] = None,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A safetensors file or a state_dict; else what is published.")
    ] = None,
    preset: PresetOption = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="Which published ones, where there are several.")] = "",
    model: Annotated[str, typer.Option(metavar="MODEL", help="For which model alone, where there are several.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Only list what is published.")] = False,
    allow_code: AllowCode = None,
    json: Json = False,
) -> None:
    """Make a run of published weights.

    Or of a file's: to try, train on and export. Its folder is the last line.
    """
    from app.cli.weights import Wish, list_weights, load_weights

    if list_:
        list_weights(doc, as_json=json)
    elif doc is None:
        raise RefusedError(
            "Name the document that the weights are for; “netloom weights --list” lists all.", Exit.USAGE
        )
    else:
        load_weights(doc, preset, Wish(file=file, name=name, model=model), as_json=json)


@app.command()
def verify(
    docs: Annotated[list[str] | None, typer.Argument(metavar="TEMPLATE", help="Which; else all.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Also train the quick preset here, from one seed.")] = False,
    json: Json = False,
) -> None:
    """Show what templates state and what was measured.

    What each states, beside what is found here and what was measured when it was verified.
    """
    from app.cli.evidence import verify_templates

    raise typer.Exit(verify_templates(docs or [], quick=quick, as_json=json))


@app.command()
def schema(verb: Annotated[str | None, typer.Argument(help="Which verb; else all.")] = None) -> None:
    """The JSON Schema of what a verb gives with --json."""
    from app.cli.listing import give_schema

    give_schema(verb)


VERBS = tuple(command.name or command.callback.__name__ for command in app.registered_commands if command.callback)

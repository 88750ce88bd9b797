"""convert: a graph file in another format."""

from pathlib import Path

import click

from .options import keep_inputs, output_place, scene_argument, value_of


@click.command("convert")
@scene_argument
@click.option("--to", "form", required=True, metavar="FORMAT", help="networkx, spark_dsg, csv or json.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=output_place,
    metavar="FILE",
    help="The file to write (csv: the folder).",
)
def command(scene_path: Path, form: str, output: Path) -> None:
    """Write SCENE in another format."""
    from .. import load
    from ..errors import InputError, suggestion
    from ..io import EXPORTS, export

    keep_inputs((scene_path,), (output,))
    with value_of("--to"):
        if form not in EXPORTS:
            raise InputError(f"unknown format {form!r}; {suggestion(form, EXPORTS)}")
    export(load(scene_path), form, output)
    click.echo(f"{output}: written as {form}")

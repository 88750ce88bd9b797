"""The command line: `scenegraph3d VERB ...`, one file per verb.

Exit codes: 0 done, 1 failed, 2 wrong use (bad option values and bad questions too), 130 interrupted. Every
error is one line on stderr that starts with `error:`; results go to stdout, warnings and progress to stderr.
"""

import errno
import importlib
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from .. import __version__
from ..errors import QueryError, SceneGraphError, suggestion

VERBS = (
    *("build", "rebuild", "relate", "show", "query", "ask", "check", "describe", "parse", "qa", "convert"),
    *("rooms", "models", "doctor"),
)
INTERRUPTED = 130


class Failure(click.ClickException):
    """An error that is shown as one line."""

    def __init__(self, text: str) -> None:
        from ..view.table import printable

        super().__init__(printable(text))

    def show(self, file: Any = None) -> None:
        """Write the line to stderr."""
        click.echo(f"error: {self.message}", file=file, err=file is None)


class WrongUse(Failure):
    """An error of whoever wrote the command line."""

    exit_code = 2


class Verbs(click.Group):
    """A group whose verbs are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which one meets them."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The `command` of the verb's module."""
        if cmd_name not in VERBS:
            ctx.fail(f"no verb {cmd_name!r}; {suggestion(cmd_name, VERBS)}")
        command: click.Command = importlib.import_module(f".{cmd_name}", __name__).command
        return command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """As in click, with errors in one line."""
        with _one_line_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As in click, with errors in one line."""
        with _one_line_errors():
            return super().invoke(ctx)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        text = error.format_message().rstrip(".")
        where = error.ctx.command_path if error.ctx else "scenegraph3d"
        raise WrongUse(f"{text[:1].lower()}{text[1:]}; see {where} --help") from error
    except QueryError as error:
        raise WrongUse(str(error)) from error
    except SceneGraphError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise Failure(f"{error.filename or 'input or output'}: {error.strerror or error}") from error
    except KeyboardInterrupt as error:
        raise click.exceptions.Exit(INTERRUPTED) from error


@click.group("scenegraph3d", cls=Verbs, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="scenegraph3d", message="%(prog)s %(version)s")
def cli() -> None:
    """One picture in, an explicit 3D scene graph out; ask it where things are.

    \b
      scenegraph3d build photo.jpg -o scene.json --overlay overlay.png
      scenegraph3d build rgb.jpg --depth depth.png --depth-scale 1000 \\
          --intrinsics 529.5,529.5,365,265 --detections boxes.json -o scene.json
      scenegraph3d query scene.json 'cup on table'
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line with `args`, or with those of the process, and exit.

    A letter that the terminal's encoding lacks is written as its code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    cli.main(args=None if args is None else list(args), prog_name="scenegraph3d")
    raise AssertionError("click exits")

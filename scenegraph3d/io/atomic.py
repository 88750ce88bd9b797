"""Writing files whole or not at all: a temporary name in the same folder, then a rename."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path

from ..errors import OutputError, message


@contextmanager
def replacing(path: str | PathLike[str]) -> Iterator[Path]:
    """A temporary path with the same suffix as `path`; when the block ends well, its file takes the place of `path`.

    When the block fails nothing of it is left, and what `path` held before is untouched. A link is followed, and
    the file that it points to is replaced.

    Raises:
        OutputError: the folder is missing or cannot be written, no space is left, `path` is a folder.
    """
    target = Path(os.path.realpath(path))
    temporary = target.parent / f".{secrets.token_hex(8)}.tmp{target.suffix}"
    try:
        if target.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        yield temporary
        _flush(temporary)
        temporary.replace(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        reason = error.strerror or str(error)
        do = "choose another place or make room; what was there before is untouched"
        raise OutputError(message(str(path), "a file that can be written", reason, do)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_bytes(path: str | PathLike[str], data: bytes) -> None:
    """Put `data` at `path`, whole or not at all.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | PathLike[str], text: str) -> None:
    """Put `text` at `path` as UTF-8, whole or not at all.

    Raises:
        OutputError: it cannot be written; what was there before is untouched.
    """
    write_bytes(path, text.encode("utf-8"))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Open the file of an import, or standard input."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from cli.console import USAGE, Failure
from cli.imports.importer import Source
from cli.imports.record_reader import Format

# A file may be read twice, so a pipe is copied: to disk beyond this many bytes.
_IN_MEMORY = 1 << 24


@contextmanager
def opened(file: str, form: Format | None) -> Iterator[Source]:
    """Open the file for reading, twice if need be; - is standard input. Raises Failure."""
    known = _format(file, form)
    if file == "-":
        with _copy(sys.stdin.buffer) as copy:
            yield Source(copy, known, "stdin")
        return
    path = Path(file)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", USAGE) from None
    with stream:
        if stream.seekable():
            yield Source(stream, known, path.name, path.stat().st_size)
            return
        with _copy(stream) as copy:
            yield Source(copy, known, path.name)


@contextmanager
def _copy(stream: BinaryIO) -> Iterator[BinaryIO]:
    with SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        yield cast(BinaryIO, copy)


_FORMATS = {".csv": Format.CSV, ".ndjson": Format.NDJSON, ".jsonl": Format.NDJSON}


def _format(file: str, form: Format | None) -> Format:
    known = form or _FORMATS.get(Path(file).suffix.lower())
    if known is None:
        raise Failure(f"{file}: unknown format: use --format csv or --format ndjson", USAGE)
    return known

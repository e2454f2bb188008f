"""Open the file of an import, or standard input."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.console import USAGE, Failure
from cli.imports.importer import Source
from cli.imports.record_reader import Format


@contextmanager
def opened(file: str, form: Format | None) -> Iterator[Source]:
    """Open the file for reading; - is standard input. Raises Failure."""
    known = _format(file, form)
    if file == "-":
        yield Source(sys.stdin.buffer, known, "stdin")
        return
    path = Path(file)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise Failure(
            f"{file} cannot be read: {error.strerror}. Name another file, or - for standard input.",
            USAGE,
        ) from None
    with stream:
        size = path.stat().st_size if stream.seekable() else None
        yield Source(stream, known, path.name, size)


_FORMATS = {".csv": Format.CSV, ".ndjson": Format.NDJSON, ".jsonl": Format.NDJSON}


def _format(file: str, form: Format | None) -> Format:
    known = form or _FORMATS.get(Path(file).suffix.lower())
    if known is None:
        raise Failure(f"The format of {file} is unknown: use --format csv or ndjson.", USAGE)
    return known

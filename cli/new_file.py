"""A new file of a command's result, which its owner alone can read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cli.console import Failure


@contextmanager
def new_file(path: Path, *, newline: str | None = None) -> Iterator[TextIO]:
    """Open a new file for writing; removed if it is not filled. ``newline``: as of ``open``.

    Raises Failure where there is one already, or none can be made.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(f"{path} exists already: name another file.") from None
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}. Name another file.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline=newline) as file:
            yield file
    except BaseException:
        path.unlink()
        raise

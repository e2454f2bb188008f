"""Why nothing was decided, in one line that says what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row

from cli.console import Failure
from cli.ops.next_steps import advice, decided, ended, short
from storage.ops.decisions import NotAllowed, NotStuck, Outdated


@contextmanager
def explained(row: Row[Any], wish: str, version: int) -> Iterator[None]:
    """While this is decided about a row as it was read. Failure where it could not be."""
    name = short(row.id)
    if row.state in {"decided", "retrying"}:
        raise Failure(f"{decided(row)} Look again: `volitus ops show {name}`")
    try:
        yield
    except NotStuck as error:
        how = ended(error.resolution)
        raise Failure(f"{name} is no longer stuck. {how}: `volitus ops show {name}`") from None
    except Outdated as error:
        raise Failure(
            f"{name} has changed: it is of version {error.version}, not {version}. Look again "
            f"before deciding: `volitus ops show {name}`"
        ) from None
    except NotAllowed:
        raise Failure(f"{name}: {wish} is not possible. {advice(row)}") from None

"""The file of ``--csv``: every difference, with ids and codes of reasons, without personal codes.

An id of a person is nothing outside Volitus; the line leads back to the file that was compared.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.new_file import new_file
from services.comparisons.reasons import Difference

COLUMNS = (
    *("finding", "line", "lines", "person_id", "account_reference", "account_id", "service_id"),
    *("old_roles", "roles", "origins", "lacks", "adds", "reasons", "why"),
)


@contextmanager
def written(path: Path | None) -> Iterator[Callable[[Difference], None]]:
    """Open a new file that its owner alone can read; None: nothing is written. Raises Failure."""
    if path is None:
        yield lambda _difference: None
        return
    with new_file(path, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield lambda difference: writer.writerow(_row(difference))


def _row(difference: Difference) -> tuple[object, ...]:
    found = difference.compared
    return (
        *(found.finding, found.line, found.lines, found.person_id),
        *(_text(found.account_reference), found.account_id, found.service_id),
        *map(" ".join, (found.old_roles, found.roles, found.origins)),
        *map(" ".join, (difference.lacks, difference.adds)),
        " ".join(why.code for why in difference.why),
        "; ".join(why.text for why in difference.why),
    )


def _text(reference: str | None) -> str | None:
    """A customer number that a spreadsheet takes for text, not for a formula."""
    return f"'{reference}" if reference and reference[0] in "=+-@\t\r" else reference

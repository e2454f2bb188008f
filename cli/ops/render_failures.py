"""What fails at a target, as tables for people."""

from collections.abc import Iterable, Sequence

from cli.console import out, print_table
from cli.ops.lookup import short
from domain.provisioning.target_failures import TargetFailures


def print_failures(found: TargetFailures) -> None:
    """Print the codes with their counts, and the steps that failed most often."""
    print_below(
        ("failing with", "detail", "resources", "failures"),
        ((each.code, each.detail, each.resources, each.failures) for each in found.codes),
    )
    print_below(
        ("failing step", "reason", "detail", "failures", "since", "last"),
        (
            (short(each.id), each.code, each.detail, each.failures, each.first_at, each.last_at)
            for each in found.steps
        ),
    )


def print_below(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Print a table after an empty line; nothing where it has no lines."""
    if rows := list(lines):
        out().print()
        print_table(columns, rows)

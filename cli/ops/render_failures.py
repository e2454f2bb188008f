"""What fails at a target, as tables for people."""

from cli.printing.tables import Columns, print_below
from domain.provisioning.target_failures import TargetFailures

_CODES = Columns(("failing with", "detail", "resources", "failures"), spare=("resources",))
_STEPS = Columns(
    ("failing step", "reason", "detail", "failures", "since", "last"), spare=("since", "detail")
)


def print_failures(found: TargetFailures, *, wide: bool) -> None:
    """Print the codes with their counts, and the steps that failed most often."""
    print_below(
        _CODES,
        ((each.code, each.detail, each.resources, each.failures) for each in found.codes),
        wide=wide,
    )
    print_below(
        _STEPS,
        (
            (each.id, each.code, each.detail, each.failures, each.first_at, each.last_at)
            for each in found.steps
        ),
        wide=wide,
    )

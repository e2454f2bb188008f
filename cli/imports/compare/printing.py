"""Print a comparison: counts first, then the first differences."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cli.console import say
from cli.printing.as_json import print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below
from domain.comparisons.old_access import Finding
from services.comparisons.reasons import Difference
from storage.comparisons.differences import ComparisonSize

_TITLES = {
    Finding.SAME: "same in both",
    Finding.ONLY_OLD: "only in the old system",
    Finding.DIFFERENT: "different permissions",
    Finding.ONLY_VOLITUS: "only in Volitus",
}
_COLUMNS = Columns(
    ("line", "person", "account", "service", "finding", "old", "Volitus", "why"),
    spare=("service", "old", "Volitus"),
)


@dataclass
class Report:
    """What came of a comparison: counts, and as many differences as are shown."""

    limit: int
    read: int = 0
    rejected: int = 0
    ended: int = 0
    """Lines whose last day has passed: by the old system nobody has that any more."""
    size: ComparisonSize | None = None
    reasons: Counter[tuple[Finding, str]] = field(default_factory=Counter)
    """By finding, and the first reason of each; what only Volitus gives by its origins."""
    shown: list[Difference] = field(default_factory=list)

    def take(self, difference: Difference) -> None:
        """Count a difference, and keep it where it is among the first."""
        found = difference.compared
        if found.finding is Finding.ONLY_VOLITUS:
            cause = " ".join(found.origins)
        else:
            cause = difference.why[0].code if difference.why else "more_in_volitus"
        self.reasons[found.finding, cause] += 1
        if len(self.shown) < self.limit:
            self.shown.append(difference)

    @property
    def differences(self) -> int:
        """How many there are."""
        return self.reasons.total()


def print_report(report: Report, *, as_json: bool, wide: bool) -> None:
    """Print counts, reasons and the first differences; what was left out on stderr."""
    if as_json:
        print_json(_document(report))
        return
    counts = report.size.findings if report.size else {}
    lines = {"lines read": report.read, "rejected": report.rejected, "already over": report.ended}
    print_facts(lines | {_TITLES[finding]: number for finding, number in counts.items()})
    order = list(_TITLES)
    causes = sorted(
        report.reasons.items(), key=lambda each: (order.index(each[0][0]), -each[1], each[0][1])
    )
    print_below(
        ("finding", "reason", "number"),
        ((_TITLES[finding], code, number) for (finding, code), number in causes),
    )
    print_below(_COLUMNS, map(_line, report.shown), wide=wide)
    if report.differences > len(report.shown):
        say(
            f"{report.differences - len(report.shown)} more: --limit shows more of them,"
            " --csv FILE writes all."
        )
    say("Nothing was changed.")


def _line(difference: Difference) -> tuple[object, ...]:
    found = difference.compared
    return (
        found.line,
        found.person_id,
        found.account_reference,
        found.service_id,
        _TITLES[found.finding],
        ", ".join(found.old_roles),
        ", ".join(found.roles),
        "; ".join(why.text for why in difference.why),
    )


def _document(report: Report) -> dict[str, Any]:
    size = report.size
    return {
        "read": report.read,
        "rejected": report.rejected,
        "ended": report.ended,
        "findings": size.findings if size else {},
        "reasons": [
            {"finding": finding, "code": code, "number": number}
            for (finding, code), number in sorted(report.reasons.items())
        ],
        "differences": [_as_json(each) for each in report.shown],
        "left_out": report.differences - len(report.shown),
    }


def _as_json(difference: Difference) -> dict[str, Any]:
    found = difference.compared
    ids: dict[str, UUID | None] = {
        "person_id": found.person_id,
        "account_id": found.account_id,
        "service_id": found.service_id,
    }
    return {
        "finding": found.finding,
        "line": found.line,
        "lines": found.lines,
        **ids,
        "account_reference": found.account_reference,
        "old_roles": found.old_roles,
        "roles": found.roles,
        "origins": found.origins,
        "lacks": difference.lacks,
        "adds": difference.adds,
        "reasons": [{"code": why.code, "text": why.text} for why in difference.why],
    }

"""Signing rules and their readings as the command line shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.signing_rules.schemas import RegisterHolder, SigningRuleDetails, SigningRuleReading
from cli.printing.as_json import print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns, print_below
from storage.signing_rules.reading_queries import RecordedReading
from storage.signing_rules.rule_queries import RuleLine

NAMES = ("company_id", "registry_code", "name", "opaque", "waits_for", "read_through")
COLUMNS = Columns([name.replace("_", " ") for name in NAMES], spare=("opaque", "read through"))
_HOLDERS = Columns(("person", "name", "role", "acts alone", "counts"), spare=("counts",))
_READINGS = Columns(("reading", "state", "groups", "through"))


def facts(line: RuleLine) -> Mapping[str, Any]:
    """Return what is shown of a rule in the list, by name."""
    return {
        "company_id": line.company_id,
        "country": line.company.country,
        "registry_code": line.company.code,
        "name": line.company_name,
        "as_of": line.as_of,
        "opaque": line.opaque,
        "waits_for": ", ".join(line.waits_for),
        "read_through": line.read_through,
    }


def show_reading(found: RecordedReading, *, as_json: bool) -> None:
    """Print one reading."""
    reading = SigningRuleReading.of(found)
    if as_json:
        print_json(reading)
        return
    print_facts(
        {
            "id": reading.id,
            "company id": reading.company_id,
            "state": reading.state,
            "groups": _groups(reading),
            "through": reading.through_day,
            "document": reading.document.description,
            "reference": reading.document.reference,
            "recorded by": found.recorded_by.shown,
            "decided by": found.decided_by.shown if found.decided_by else None,
            "ended by": found.ended_by.shown if found.ended_by else None,
        }
    )


def show_rule(rule: SigningRuleDetails, *, wide: bool, as_json: bool) -> None:
    """Print what the register says of a company, and what officers made of it."""
    if as_json:
        print_json(rule)
        return
    print_facts(
        {
            "id": rule.company_id,
            "company": f"{rule.name} {rule.country}{rule.registry_code} ({rule.status})",
            "as of": rule.as_of,
            "digest": rule.digest,
            "words": rule.words,
            "groups": "; ".join(_together(group) for group in rule.groups) or None,
            "look": rule.look and f"{rule.look.result} {rule.look.looked_by.name or ''}".strip(),
        }
    )
    holders = ((h.person_id, h.name, h.role, h.acts_alone, h.counts) for h in rule.holders)
    print_below(_HOLDERS, holders, wide=wide)
    rows = ((r.id, r.state, _groups(r), r.through_day) for r in rule.readings)
    print_below(_READINGS, rows, wide=wide)


def _groups(reading: SigningRuleReading) -> str:
    return "; ".join(
        " + ".join(member.name or str(member.person_id) for member in group)
        for group in reading.groups
    )


def _together(group: Sequence[RegisterHolder]) -> str:
    return " + ".join(holder.name or str(holder.person_id) for holder in group)

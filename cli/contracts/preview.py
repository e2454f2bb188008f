"""What ending a contract brings about, as staff see it."""

from api.contracts.end_schemas import ContractEndPreview
from cli.console import Failure
from cli.printing.as_json import print_json
from cli.printing.facts import print_facts
from cli.printing.tables import print_below
from domain.contracts.end_policy import LAWS, CostLine
from services.contracts.end_previews import ShownEndPreview


def as_json(shown: ShownEndPreview) -> ContractEndPreview:
    """Return a preview as the API answers it."""
    return ContractEndPreview.of(shown)


def show(shown: ShownEndPreview) -> None:
    """Print a preview."""
    found, ends = shown.preview, shown.preview.ends
    known = found.size.known
    said = f"{known.source}, {known.as_of}" if known else "nobody has said"
    people = len({each.id for each in ends.people})
    print_facts(
        {
            "contract": found.contract.id,
            "reason": found.reason,
            "earliest": found.earliest,
            "ends": found.at,
            "size of the customer": f"{found.size.size_class} ({said})",
            "cost": "; ".join(map(_cost, found.terms.cost)) or "nothing",
            "services that end": len(ends.services),
            "contracts that end as well": len(ends.contracts),
            "delegations that end": len(ends.delegations),
            "people who lose access": people,
            "digest": found.digest,
        }
    )
    print_below(("rule", "law"), ((each, LAWS[each]) for each in found.terms.rules))


def not_ended(shown: ShownEndPreview, *, is_json: bool) -> Failure:
    """Print what would end now, and return the failure that says so."""
    if is_json:
        print_json(as_json(shown))
    else:
        show(shown)
    return Failure(
        "Not ended: this is what would end now (preview_changed). Give this digest if it is right."
    )


def _cost(line: CostLine) -> str:
    vat = "with" if line.is_vat_included else "without"
    return f"{line.cents / 100:.2f} {line.currency} {vat} VAT ({line.rule})"

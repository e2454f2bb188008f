"""``volitus import``: import what the operator's systems have: accounts, services and others."""

from typing import Annotated

import typer

from cli.connections import read_settings
from cli.groups import Group
from cli.imports import contract_records, record_types
from cli.imports.compare.command import grants
from cli.imports.record_reader import Format
from cli.imports.record_types import SERVICES
from cli.imports.run_import import run_import
from cli.imports.size_records import SIZES
from cli.printing.as_json import Json
from domain.delegations.offer_rules import OfferRules
from settings.commands import (
    AccountCommandSettings,
    ContractImportSettings,
    DelegationCommandSettings,
)

app = Group(
    help="Import accounts, their owners' sizes, services, contracts and delegations from a file;"
    " compare access with an old system's."
)

File = Annotated[
    str, typer.Argument(metavar="FILE", help="File to import; - reads standard input.")
]
Form = Annotated[
    Format | None,
    typer.Option("--format", help="Format of FILE. Default: by its extension."),
]
MaxEndings = Annotated[
    int,
    typer.Option(
        "--max-endings", min=0, help="Ask only where more grants than this would end.", metavar="N"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Skip the preview and the confirmation.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]


@app.command()
def accounts(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import accounts: one per line, CSV with a header or NDJSON, UTF-8.

    Columns: id (UUID), reference, name (may be empty), owner_kind (company or person),
    owner_country (EE), owner_code, status (active or closed).

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    settings = read_settings(AccountCommandSettings)
    kind, most = record_types.accounts(settings.departure.rules()), None if yes else max_endings
    run_import(kind, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


@app.command()
def services(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import services: one per line, CSV with a header or NDJSON, UTF-8. Accounts come first.

    Columns: id (UUID), account_id, kind (mobile, fixed_line, internet, router or mobiil_id),
    number (+37255512345, may be empty), name (may be empty), status (active or ended).
    Columns that may be left out: user_country and user_code (who has the SIM), network (its name),
    characteristics (a JSON object: package, spendingLimit, iccid and others by name).

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    most = None if yes else max_endings
    run_import(SERVICES, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


@app.command()
def delegations(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import delegations: one per line, CSV with a header or NDJSON, UTF-8. Services come first.

    Columns: id (UUID), account_id, receiver_country (EE), receiver_code, receiver_name (may be
    empty), role (accountant, user or administrator) or permissions (with spaces between them),
    service_ids (with spaces between them; empty: the whole account), from_day (2027-01-31, may have
    passed), through_day (the last day; empty: as VOLITUS_DELEGATION_IMPORTED_YEARS says),
    may_pass_on (true or false).

    An imported delegation is in force at once, without an acceptance, and its receiver is told.
    Other terms than before are a new version. What people did here counts for more: what they ended
    stays ended, what they changed is not given more than they left, and what they gave is not
    changed.

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    settings = read_settings(DelegationCommandSettings)
    rules = OfferRules(settings.zone, imported_years=settings.delegation.imported_years)
    kind, most = record_types.delegations(rules), None if yes else max_endings
    run_import(kind, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


@app.command()
def contracts(
    file: File,
    form: Form = None,
    *,
    max_endings: MaxEndings = 0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import contracts: one per line, CSV with a header or NDJSON, UTF-8. Services come first.

    Columns: id (UUID), account_id, product, state (active, suspended, ending or ended).
    Columns that may be left out: service_ids (on this account, with spaces between them),
    product_version, user_country and user_code (whose contract it is, where that is not the owner
    of the account), host_service_id and sim (what it rests on, and the ICCID there), signed_at
    and number_kept_until (2027-01-31T09:00:00+02:00), starts_on, committed_until and billed_until
    (2027-01-31, the last day), expires_on (the day on which it ends by itself: people are warned 30
    and 7 days before; a day that has come ends it now), ends_at (of one that is ending or ended,
    and of no other).

    Access to a service lasts as long as one of its contracts. What was decided here counts for
    more: a contract that was started here is not imported, and one that was ended or suspended here
    is rejected where the file says that it was not.

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.

    The file is first tried out: where importing it would end access, it shows how many grants would
    end and why, and asks for confirmation.
    """
    zone, most = read_settings(ContractImportSettings).zone, None if yes else max_endings
    kind = contract_records.contracts(zone)
    run_import(kind, file, form, max_endings=most, dry_run=dry_run, as_json=as_json)


@app.command()
def sizes(file: File, form: Form = None, *, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Import the sizes of accounts' owners, which decide how contracts end. Accounts come first.

    Columns: account_id (UUID), size_class (consumer, micro, small, non_profit or larger), source
    (who says so: declared, annual_report, or another name), as_of (2027-01-31).

    The newest counts: a line as of an earlier day than what is known is rejected. An owner of whom
    nothing is known is taken for one whom the law protects. Access does not depend on it.

    The file is checked as a whole, so the order of lines does not matter. An invalid line is
    printed with its number and kept as a rejected record (`volitus sync rejected-records`); the
    rest is imported. Importing the same file again changes nothing. Exit code 1 if lines were
    rejected.
    """
    run_import(SIZES, file, form, max_endings=None, dry_run=dry_run, as_json=as_json)


app.command()(grants)

"""Every kind of caller there is of what billing says of an account, and how each came by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.access.grants import Origin
from domain.access.permissions import Permission
from domain.identifiers import PersonKey
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.billed_office import NUMBER, OFFICE, PHONE
from tests.builders.days import DAY, today
from tests.builders.delegation_terms import terms
from tests.builders.delegations import given
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS, person
from tests.builders.proofs import proved_at
from tests.builders.register_states import TAMM, sole, state
from tests.builders.rows import account, carry_out, give, put, store_states
from tests.clients.api_client import (
    BILLING,
    CHECKER,
    NO_ROLE,
    NO_SCOPE,
    OFFICER,
    OPS,
    ORDERS,
    OTP,
    PORTAL,
    SUPPORT,
    WATCHER,
    person_token,
)

P = Permission
OTHER: AccountFacts = account(TAMM, 2)
ADMINISTRATOR, PREDECESSOR, PASSES_ON = MARI, JAAN, person(1)
FROZEN, FORMER, JOINT, SERVICE_USER = person(2), person(3), person(4), person(5)
PEOPLE: dict[str, PersonKey] = {
    "administrator": ADMINISTRATOR,
    "administrator by delegation": PASSES_ON,
    "accountant": TIIU,
    "joint representative": JOINT,
    "own user": KATI,
    "predecessor": PREDECESSOR,
    "service user": SERVICE_USER,
    "given in full": PEETER,
    "former": FORMER,
    "frozen": FROZEN,
    "of another account": TOOMAS,
    "stranger": ANNA,
}
"""People, by how they came by what they may see of `OFFICE`, or of its `PHONE`."""
PROGRAMS: dict[str, str | None] = {
    "nobody": None,
    "billing": BILLING,
    "checker": CHECKER,
    "watcher": WATCHER,
    "orders": ORDERS,
    "otp": OTP,
    "program without scope": NO_SCOPE,
    "portal": PORTAL,
    "support": SUPPORT,
    "ops": OPS,
    "mandate officer": OFFICER,
    "staff without role": NO_ROLE,
}
IN_FULL = frozenset({P.CALL_DETAILS_FULL, P.CALL_DETAILS_REQUEST, P.CALL_DETAILS_VIEW})
LONG_AGO = timedelta(days=500)


def everyone(database: Database) -> dict[str, str | None]:
    """Let everybody be what they are, over ``billed_office.an_office``; return their tokens."""
    put(database, OTHER)
    store_states(database, state(sole(TOOMAS), of=TAMM))
    long_ago = datetime.now(UTC) - LONG_AGO
    proved_at(database, PREDECESSOR, NUMBER, long_ago)
    proved_at(database, KATI, NUMBER, long_ago + DAY)
    give(database, JOINT, OFFICE, "joint_representative", origin=Origin.REGISTER)
    give(database, SERVICE_USER, OFFICE, "user", origin=Origin.DELEGATION, on=PHONE)
    first, last = today(), today() + 30 * DAY
    full = replace(terms(*IN_FULL, on=[PHONE.id], first=first, last=last), purpose="Vaidlus")
    given(database, MARI, PEETER, OFFICE, full)
    everything = terms(*(set(P) - {P.CALL_DETAILS_FULL}), may_pass_on=True, first=first, last=last)
    given(database, MARI, PASSES_ON, OFFICE, everything)
    over = give(database, FORMER, OFFICE, "administrator")
    end(database, over)
    give(database, FROZEN, OFFICE, "administrator")
    freeze(database, FROZEN)
    return {name: person_token(who) for name, who in PEOPLE.items()} | PROGRAMS


def end(database: Database, grant_id: UUID) -> None:
    """Let a grant have ended."""
    carry_out(
        database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp()),"
        """ ended_reason = '{"code": "x", "text": "x"}' WHERE id = :id""",
        id=grant_id,
    )

"""Store customer accounts from the operator's records, and align access with them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.access.grants import ACCOUNT_CLOSED, OWNER_CHANGED
from domain.accounts import AccountStatus
from domain.audit import Actor, EventKind
from domain.delegations.departures import STANDARD, DepartureRules
from domain.delegations.states import DelegationEnd
from domain.identifiers import CompanyKey, PersonKey
from storage.access import bars, uses
from storage.access.grants import GrantChange
from storage.accounts import owner_grants
from storage.accounts.upserts import UpsertResult, parts
from storage.audit import events
from storage.audit.events import NewEvent
from storage.billing import snapshots
from storage.contracts import sizes
from storage.delegations import ends
from storage.mandates import following, mandates
from storage.parties import upsert
from storage.registry import align_grants, company_suspensions, register_states


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account as the operator's record has it."""

    id: UUID
    reference: str
    name: str
    owner: CompanyKey | PersonKey
    status: AccountStatus = AccountStatus.ACTIVE


class _Owned(NamedTuple):
    """Status and owner of an account."""

    status: AccountStatus
    company_id: UUID | None
    person_id: UUID | None

    def as_json(self) -> dict[str, str]:
        ids = {"company_id": self.company_id, "person_id": self.person_id}
        return {"status": self.status} | {name: str(id_) for name, id_ in ids.items() if id_}


class _Upserted(NamedTuple):
    """An account that was created or changed."""

    id: UUID
    now: _Owned
    before: _Owned | None
    """None: it is new."""


_PUT = text("""
WITH facts AS (
    SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(
        id uuid, reference text, name text, company_id uuid, person_id uuid, status text)
), before AS (
    SELECT a.* FROM account a JOIN facts f ON f.id = a.id ORDER BY a.id FOR UPDATE OF a
), put AS (
    INSERT INTO account AS a (id, reference, name, company_id, person_id, status)
    SELECT f.id, f.reference, f.name, f.company_id, f.person_id, f.status
    FROM facts f LEFT JOIN before b ON b.id = f.id ORDER BY f.id
    ON CONFLICT (id) DO UPDATE
    SET reference = EXCLUDED.reference, name = EXCLUDED.name, status = EXCLUDED.status,
        company_id = EXCLUDED.company_id, person_id = EXCLUDED.person_id, updated_at = now()
    WHERE (a.reference, a.name, a.status, a.company_id, a.person_id) IS DISTINCT FROM
        (EXCLUDED.reference, EXCLUDED.name, EXCLUDED.status, EXCLUDED.company_id,
         EXCLUDED.person_id)
    RETURNING a.id, a.status, a.company_id, a.person_id
)
SELECT p.id, p.status, p.company_id, p.person_id, b.status, b.company_id, b.person_id
FROM put p LEFT JOIN before b ON b.id = p.id ORDER BY p.id
""")


def put_accounts(
    session: Session,
    facts: Iterable[AccountFacts],
    *,
    on_departure: DepartureRules = STANDARD,
    actor: Actor,
) -> UpsertResult:
    """Create or update these accounts, and align access at once. Idempotent.

    A company's account gets the grants that the current register state gives (none while the
    register was never queried); a person's own account gets its person as administrator. On an
    account that changes owner or closes, all grants, delegations and mandates end. Accounts of one
    call may swap references; raises IntegrityError where another account keeps one.
    """
    done = UpsertResult()
    for part in parts(facts):
        done += _put(session, part, on_departure, actor)
    return done


def _put(
    session: Session, facts: Sequence[AccountFacts], on_departure: DepartureRules, actor: Actor
) -> UpsertResult:
    firms = upsert.company_ids(session, [f.owner for f in facts if isinstance(f.owner, CompanyKey)])
    _lock_owners(session, firms.values(), facts)
    people = upsert.person_ids(session, [f.owner for f in facts if isinstance(f.owner, PersonKey)])
    upserted = _upsert(session, [_row(fact, people, firms) for fact in facts])
    lost = _end_lost_grants(session, upserted, actor)
    # Last: a new owner's history begins here, after all that ended with the old one.
    events.append(session, [_event(each) for each in upserted], actor=actor)
    companies = _companies(upserted)
    aligned = align_grants.align(session, companies, on_departure=on_departure, actor=actor)
    owned = [each.id for each in upserted if each.now.person_id]
    owner_grants.start(session, owned, actor=actor)
    return UpsertResult(
        created=[each.id for each in upserted if each.before is None],
        changed=[each.id for each in upserted if each.before is not None],
        ended=(*lost, *aligned.lost),
    )


def _upsert(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[_Upserted]:
    upserted = session.execute(_PUT, {"facts": json.dumps(rows)})
    return [
        _Upserted(id_, _Owned(AccountStatus(status), company, person), _owned(*before))
        for id_, status, company, person, *before in upserted
    ]


def _owned(status: str | None, company: UUID | None, person: UUID | None) -> _Owned | None:
    return None if status is None else _Owned(AccountStatus(status), company, person)


def _companies(upserted: Iterable[_Upserted]) -> set[UUID]:
    """The companies that own these accounts, or did before."""
    owners = (owned for each in upserted for owned in (each.now, each.before) if owned)
    return {owned.company_id for owned in owners if owned.company_id is not None}


def _lock_owners(session: Session, firms: Iterable[UUID], facts: Sequence[AccountFacts]) -> None:
    """Lock the companies that are to own these accounts, and those that own them now.

    Companies before accounts, see ``storage.locks``. An account may get another owner while its
    owner's lock is waited for: that one is locked too.
    """
    locked, wanted = set[UUID](), {*firms, *_owning_now(session, facts)}
    while not wanted <= locked:
        register_states.lock(session, sorted(wanted - locked))
        locked |= wanted
        wanted = set(_owning_now(session, facts))


def _owning_now(session: Session, facts: Sequence[AccountFacts]) -> Sequence[UUID]:
    owning = text("SELECT company_id FROM account WHERE id = ANY(:ids) AND company_id IS NOT NULL")
    return session.execute(owning, {"ids": [fact.id for fact in facts]}).scalars().all()


def _row(
    fact: AccountFacts, people: Mapping[PersonKey, UUID], firms: Mapping[CompanyKey, UUID]
) -> dict[str, Any]:
    row = {
        "id": str(fact.id),
        "reference": fact.reference,
        "name": fact.name,
        "status": fact.status,
    }
    if isinstance(fact.owner, PersonKey):
        return row | {"person_id": str(people[fact.owner])}
    return row | {"company_id": str(firms[fact.owner])}


def _end_lost_grants(
    session: Session, upserted: Sequence[_Upserted], actor: Actor
) -> list[GrantChange]:
    """End all grants, delegations and mandates on accounts that changed owner or are closed.

    Bars of the old owner end too; who used the account, the owner's size and what billing said are
    forgotten.
    What the register said of the owner before suspends nothing there any more.
    """
    moved = [each.id for each in upserted if each.before and each.before[1:] != each.now[1:]]
    closed = [each.id for each in upserted if each.now.status is AccountStatus.CLOSED]
    lost = [
        *owner_grants.end_all(session, moved, OWNER_CHANGED, actor=actor),
        *owner_grants.end_all(session, closed, ACCOUNT_CLOSED, actor=actor),
    ]
    ends.end_on_accounts(session, moved, DelegationEnd.OWNER_CHANGED, actor=actor)
    ends.end_on_accounts(session, closed, DelegationEnd.ACCOUNT_CLOSED, actor=actor)
    mandates.lapse_on_accounts(session, moved, OWNER_CHANGED, actor=actor)
    mandates.lapse_on_accounts(session, closed, ACCOUNT_CLOSED, actor=actor)
    following.on_accounts(session, [*moved, *closed], actor=actor)
    bars.end_on_accounts(session, moved, actor=actor)
    uses.forget_on_accounts(session, moved)
    sizes.forget(session, moved)
    snapshots.forget_on_accounts(session, moved)
    company_suspensions.drop(session, sorted({*moved, *closed}))
    return lost


def _event(account: _Upserted) -> NewEvent:
    return NewEvent(
        EventKind.ACCOUNT_CHANGED if account.before else EventKind.ACCOUNT_CREATED,
        subject_id=account.id,
        account_id=account.id,
        company_id=account.now.company_id,
        person_id=account.now.person_id,
        before=account.before.as_json() if account.before else None,
        after=account.now.as_json(),
    )

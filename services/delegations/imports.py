"""Take in delegations that exist at the operator already."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.accounts import RecordRefusal
from domain.audit import Actor
from domain.delegations.imported import ImportedDelegation
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefused
from services.accounts.import_records import RecordKind
from services.delegations.reads import read_delegation
from services.engine import Engine
from services.errors import Refused
from storage.accounts import account_queries, import_rules
from storage.accounts.upserts import UpsertResult, parts
from storage.database import NOT_STORABLE, Session
from storage.delegations import importing
from storage.delegations.delegation_views import DelegationView


@dataclass(frozen=True, slots=True)
class PutDelegation:
    """Result of importing a delegation."""

    created: bool
    view: DelegationView


async def put_delegation(
    engine: Engine, rules: OfferRules, record: ImportedDelegation, *, actor: Actor
) -> PutDelegation:
    """Import a delegation, or other terms of one that was imported. Idempotent.

    Raises DelegationRefused for every reason against it, Refused where the account is unknown.
    """

    def write(session: Session) -> bool:
        if account_queries.account(session.connection(), record.account_id) is None:
            raise Refused(RecordRefusal.ACCOUNT_UNKNOWN)
        done = importing.import_delegations(session, [record], rules, actor=actor)
        if done.refused:
            raise DelegationRefused(*done.refused[record.id])
        return bool(done.created)

    try:
        created = await engine.write(write)
    except NOT_STORABLE:  # another request took the id meanwhile, and is seen now
        created = await engine.write(write)
    return PutDelegation(created, await read_delegation(engine, record.id))


def delegation_records(rules: OfferRules) -> RecordKind[ImportedDelegation]:
    """Return delegations as a kind of records that are imported from files."""

    def put(
        session: Session, facts: Iterable[ImportedDelegation], /, *, actor: Actor
    ) -> UpsertResult:
        done = UpsertResult()
        for part in parts(facts):
            each = importing.import_delegations(session, part, rules, actor=actor)
            codes = {id_: refusals[0] for id_, refusals in each.refused.items()}
            done += UpsertResult(each.created, each.changed, each.ended, codes)
        return done

    return RecordKind(
        "delegations",
        import_rules.DELEGATIONS,
        claim=lambda _: None,
        party=lambda delegation: delegation.account_id,
        put=put,
    )

"""Contracts on their way to being active: drafted, offered, agreed, or not."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.audit import Actor, EventKind
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.reasons import StartRefusal
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from domain.processes import ProcessType, contract_start_id
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contracts import changing, promised, service_access
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.processes import processes

STARTED = Reason("contract_started", "A contract was started")
AGREED = Reason("contract_agreed", "Everybody needed has agreed")
DECLINED = Reason("contract_declined", "Somebody who was asked to agree declined")
NOT_AGREED = Reason("contract_not_agreed", "Nobody agreed in time")
WITHDRAWN = Reason("contract_withdrawn", "It was withdrawn before it was active")
REFUSED = Reason("contract_refused", "A rule, or an outside system, refused it")


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract to be drafted. The id is the caller's."""

    id: UUID
    account_id: UUID
    product: str
    product_version: str
    agreement: Agreement
    party: Party
    terms: OfferedTerms
    person_id: UUID | None = None
    """The user whose contract it is; None: the account's owner."""
    host_service_id: UUID | None = None
    sim: str | None = None
    """ICCID of the host's SIM."""


class NumberPromised(Exception):
    """Another contract that has not ended has the number."""


_INSERT = text(f"""
WITH drafted AS (
    INSERT INTO contract (id, account_id, owner_id, product, product_version, state, agreement,
        party, person_id, host_service_id, host_account_id, host_owner_id, sim, terms, started_by)
    SELECT :id, a.id, COALESCE(a.company_id, a.person_id), :product, :version, 'draft',
        :agreement, :party, CAST(:person AS uuid), CAST(:host AS uuid), h.id,
        COALESCE(h.company_id, h.person_id), :sim, CAST(:terms AS jsonb),
        CAST(:started_by AS jsonb)
    FROM account a LEFT JOIN service s ON s.id = CAST(:host AS uuid)
        LEFT JOIN account h ON h.id = s.account_id
    WHERE a.id = :account
    ON CONFLICT (id) DO NOTHING RETURNING id, account_id
), asked AS (
{processes.asked("drafted", account_id="account_id")}
)
SELECT id FROM drafted
""")


def draft(session: Session, new: NewContract, *, actor: Actor) -> bool:
    """Insert a draft and ask for its process; False: there is a contract of this id already.

    Raises NumberPromised; the transaction is then over.
    """
    row = {
        "id": new.id,
        "account": new.account_id,
        "product": new.product,
        "version": new.product_version,
        "agreement": new.agreement,
        "party": new.party,
        "person": new.person_id,
        "host": new.host_service_id,
        "sim": new.sim,
        "terms": json.dumps(new.terms.as_json()),
        "started_by": json.dumps(actor.as_json()),
        "workflow_id": contract_start_id(new.id),
        **processes.new(ProcessType.CONTRACT_START),
    }
    try:
        is_new = session.execute(_INSERT, row).one_or_none() is not None
    except IntegrityError as error:
        if not isinstance(error.orig, UniqueViolation):
            raise
        raise NumberPromised from None
    if not is_new:
        return False
    event = NewEvent(
        EventKind.CONTRACT_CREATED,
        subject_id=new.id,
        account_id=new.account_id,
        person_id=new.person_id,
        reason=STARTED,
        after={"state": ContractState.DRAFT.value, "product": new.product},
    )
    events.append(session, [event], actor=actor)
    return True


def offer(
    session: Session,
    contract: StoredContract,
    terms: OfferedTerms,
    agree_within: timedelta,
    *,
    actor: Actor,
) -> StoredContract:
    """Freeze the terms of a draft, its documents' digests among them; it waits for agreement."""
    return changing.move(
        session,
        contract,
        ContractState.OFFERED,
        actor=actor,
        facts={"documents": dict(terms.documents)},
        terms=terms.as_json(),
        agree_by=contract.now + agree_within,
    )


def agree(session: Session, contract: StoredContract, *, actor: Actor) -> StoredContract:
    """Record that everybody needed has agreed. The caller has kept who did, and how.

    From now on it holds the access to its services, whatever else ends.
    """
    moved = changing.move(
        session,
        contract,
        ContractState.SIGNED,
        actor=actor,
        why=AGREED,
        signed_at=contract.now,
    )
    service_access.follow(session, contract.service_ids)
    return moved


def end_unstarted(
    session: Session,
    contract: StoredContract,
    state: ContractState,
    why: Reason,
    *,
    actor: Actor,
    refusal: StartRefusal | None = None,
) -> StoredContract:
    """End a contract that never became active, and its services: declined, lapsed or cancelled.

    ``refusal``: the rule or system that refused it.
    """
    promised.end(session, contract)
    moved = changing.move(
        session,
        contract,
        state,
        actor=actor,
        why=why,
        facts={} if refusal is None else {"refusal": refusal.value},
        refusal=refusal,
    )
    service_access.follow(session, contract.service_ids)
    end_process(session, contract.id)
    return moved


def give_up(
    session: Session,
    contract: StoredContract,
    why: Reason,
    *,
    actor: Actor,
    refusal: StartRefusal | None = None,
) -> None:
    """Cancel a contract that is not active yet: its host, or its service, is not to be had.

    Of one that is being set up, that is undone first: it is cancelled once its order has ended
    (``contract_orders.start.conclude``). Repeating changes nothing.
    """
    if contract.state is not ContractState.ACTIVATING:
        cancelled = ContractState.CANCELLED
        end_unstarted(session, contract, cancelled, why, actor=actor, refusal=refusal)
    elif contract.refusal is None:
        changing.update(session, contract, refusal=refusal or StartRefusal.SETUP_FAILED)


def activating(
    session: Session, contract: StoredContract, order_id: UUID, *, actor: Actor
) -> StoredContract:
    """Record the order that sets the contract's service up."""
    return changing.move(
        session, contract, ContractState.ACTIVATING, actor=actor, start_order_id=order_id
    )


def end_process(session: Session, contract_id: UUID) -> None:
    """End the process that starts a contract. Repeating changes nothing."""
    processes.end(session, contract_id)

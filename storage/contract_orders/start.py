"""Sets up the service of a contract that was agreed, and makes the contract active after that."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.audit import Actor
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Product
from domain.contracts.dates import committed_until, expires_on
from domain.contracts.reasons import StartRefusal
from domain.contracts.starts import OfferedTerms
from domain.contracts.states import ContractState
from domain.days import day_of
from domain.ops.stuck_reasons import StuckReason
from domain.orders.states import OrderState
from storage.catalogue import products
from storage.contract_orders import placing, suspension
from storage.contract_orders.placing import Carried
from storage.contracts import changing, identity_documents, promised, rows, starting
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.orders import contract_waits

_REFUSED = text("""
SELECT code FROM step WHERE process_id = :id AND undoes IS NULL AND code IS NOT NULL
""")
_ORDER = text("SELECT state FROM service_order WHERE id = :id")
_ACTIVE = text("""
UPDATE service SET status = 'active', updated_at = clock_timestamp()
WHERE id = ANY(:ids) AND status = 'pending'
""")


def offer(
    session: Session,
    contract: StoredContract,
    terms: OfferedTerms,
    agree_within: timedelta,
    *,
    actor: Actor,
) -> StoredContract:
    """Offer a draft with these terms, now frozen. Its service is there, ``pending``.

    So it can be ordered for already: such orders wait until the contract is active.
    """
    product = _product(session, contract)
    promised.promise(session, contract, terms, min(product.kinds))
    return starting.offer(session, contract, terms, agree_within, actor=actor)


def set_up(session: Session, contract_id: UUID, *, actor: Actor) -> StoredContract | None:
    """Place the order that sets up the service of a contract that is signed. Idempotent.

    It is cancelled where the service that it rests on is shut off: nobody makes a Mobiil-ID with a
    SIM that somebody else may have.
    None: there is no contract, or none that is signed.
    """
    contract = rows.lock(session, contract_id)
    if contract is None or contract.state is not ContractState.SIGNED:
        return None
    if suspension.is_host_suspended(session, contract):
        return _host_lost(session, contract, actor)
    terms = OfferedTerms.from_json(contract.terms)
    product = _product(session, contract)
    contract = promised.promise(session, contract, terms, min(product.kinds))
    carried = Carried(product, ItemAction.ADD, terms.parameters, terms.prices)
    order_id = placing.place(session, contract, carried, contract.service_ids, actor=actor)
    return starting.activating(session, contract, order_id, actor=actor)


def conclude(
    session: Session, contract_id: UUID, zone: ZoneInfo, *, actor: Actor
) -> StoredContract | None:
    """Make a contract active, or cancel it, once its order has ended. Idempotent.

    Orders that waited for it begin: a worker starts their processes. Where it is cancelled, a sweep
    cancels them. Of one that was given up meanwhile (``starting.give_up``), or whose host is shut
    off, the order is cancelled; what it had set up by then is undone, or set down by another one.
    None: there is nothing to conclude yet, or any more.
    """
    contract = rows.lock(session, contract_id)
    if contract is None or contract.state is not ContractState.ACTIVATING:
        return None
    if contract.refusal is None and suspension.is_host_suspended(session, contract):
        contract = replace(contract, refusal=StartRefusal.HOST_UNSUITABLE)
    if contract.refusal is not None:
        return let_go(session, contract, actor=actor)
    state = _order_state(session, contract)
    if not state.is_final:
        return None
    is_set_up = state is OrderState.COMPLETED
    if not is_set_up or not _activate(session, contract):
        return _cancelled(session, contract, actor, is_set_up=is_set_up)
    terms = OfferedTerms.from_json(contract.terms)
    moved = _active(session, contract, terms, day_of(contract.now, zone), actor)
    contract_waits.begin(session, contract.service_ids)
    identity_documents.follow(session, moved, zone, actor=actor)
    return moved


def let_go(session: Session, contract: StoredContract, *, actor: Actor) -> StoredContract | None:
    """Cancel a locked contract that was given up while it is set up, once its order has ended.

    Until then what is left of the order is cancelled; None: it has not ended. Idempotent.
    """
    state = _order_state(session, contract)
    if not state.is_final:
        suspension.cancel_rest(session, contract.start_order_id, starting.REFUSED, actor)
        return None
    return _cancelled(session, contract, actor, is_set_up=state is OrderState.COMPLETED)


def _order_state(session: Session, contract: StoredContract) -> OrderState:
    return OrderState(session.execute(_ORDER, {"id": contract.start_order_id}).scalar_one())


def _cancelled(
    session: Session, contract: StoredContract, actor: Actor, *, is_set_up: bool
) -> StoredContract:
    """Cancel a contract whose order has ended. One that was set up all the same is set down."""
    moved = starting.end_unstarted(
        session,
        contract,
        ContractState.CANCELLED,
        starting.REFUSED,
        actor=actor,
        refusal=contract.refusal or _refusal(session, contract, is_set_up=is_set_up),
    )
    if is_set_up:
        product, services = _product(session, contract), contract.service_ids
        order_id = placing.place_end(session, moved, product, services, (), actor=actor)
        changing.update(session, moved, end_order_id=order_id)
    return moved


def _host_lost(session: Session, contract: StoredContract, actor: Actor) -> StoredContract:
    return starting.end_unstarted(
        session,
        contract,
        ContractState.CANCELLED,
        starting.REFUSED,
        actor=actor,
        refusal=StartRefusal.HOST_UNSUITABLE,
    )


def _refusal(session: Session, contract: StoredContract, *, is_set_up: bool) -> StartRefusal:
    """Return why its service could not be set up, by what was refused."""
    if is_set_up:  # and not made active
        return StartRefusal.NUMBER_TAKEN
    codes = session.execute(_REFUSED, {"id": contract.start_order_id}).scalars()
    is_credit = StuckReason.CREDIT_REFUSED in set(codes)
    return StartRefusal.CREDIT_REFUSED if is_credit else StartRefusal.SETUP_FAILED


def _product(session: Session, contract: StoredContract) -> Product:
    version = contract.product_version or ""
    product = products.read(session.connection(), contract.product, version)
    if product is None:
        raise LookupError("the product of a contract that was started here is not known")
    return product


def _activate(session: Session, contract: StoredContract) -> bool:
    """Make the services active; False: another one has the number meanwhile."""
    ids = {"ids": list(contract.service_ids)}
    try:
        with session.begin_nested():
            session.execute(_ACTIVE, ids)
    except IntegrityError:
        return False
    return True


def _active(
    session: Session, contract: StoredContract, terms: OfferedTerms, today: date, actor: Actor
) -> StoredContract:
    moved = changing.move(
        session,
        contract,
        ContractState.ACTIVE,
        actor=actor,
        starts_on=today,
        committed_until=committed_until(today, terms.months),
        expires_on=expires_on(today, terms.lasts_years),
    )
    starting.end_process(session, contract.id)
    return moved

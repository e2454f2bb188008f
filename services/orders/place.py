"""Use case: place an order. The same for programs (TMF641) and for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.access.grants import Grant
from domain.approvals.rules import ApprovalRules
from domain.catalogue.products import Product
from domain.inventory import characteristics
from domain.inventory.secrets import SecretName, SecretPlace
from domain.orders import dates
from domain.orders.refusals import OrderRefusal, Rejection
from domain.orders.requests import RequestedItem, RequestedOrder
from runtime.secret_cipher import SecretCipher
from services import launcher
from services.engine import Engine
from services.errors import NotFound
from services.orders import giving_services, whole_orders
from services.orders.judging import Judge, Judged
from services.orders.ordered_by import OrderedBy
from services.orders.orderer import Orderer
from storage.access import grant_queries
from storage.audit import events
from storage.catalogue import products
from storage.database import Session
from storage.inventory import secrets
from storage.orders import beginning, confirmation_notices, ordered_services, placing, refreshing
from storage.orders.order_sight import OrderSight
from storage.orders.ordered_services import OrderedService
from storage.orders.placing import JudgedItem, NewOrder


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that was placed, now or by an earlier request that is repeated."""

    id: UUID
    is_new: bool


async def place(
    engine: Engine,
    cipher: SecretCipher,
    order_id: UUID,
    wanted: RequestedOrder,
    by: OrderedBy,
    *,
    rules: ApprovalRules,
) -> Placed:
    """Place an order, in one transaction with everything that follows at once.

    An order that breaks a business rule is kept as ``rejected``. One that waits for nothing begins;
    where Temporal is unavailable, a worker starts it later. Repeatable by the order's id and by the
    client's ``external_id``. ``rules``: how long it waits for a confirmation.

    Raises:
        ExternalIdUsed: the id, or the client's, belongs to an order with another body.
        NotPermitted: the person lacks a permission.
        NotFound: there is no such account, or none that the person may see.
    """
    wanted = _with_keyed_digest(wanted, cipher)

    def write(session: Session) -> Placed:
        # First of all: who may not see the account learns nothing of what was ordered before.
        orderer = orderer_of(session, wanted, by)
        known = placing.repeated(session, order_id, by.client, by.person_id, wanted)
        if known is not None:
            return Placed(known, is_new=False)
        judged, new = judge(session, order_id, wanted, by, orderer)
        new = replace(new, confirm_within=rules.lapses_after)
        if not placing.insert(session, new, by.actor):  # somebody was quicker
            known = placing.repeated(session, order_id, by.client, by.person_id, wanted)
            return Placed(known or order_id, is_new=False)
        if not new.is_rejected:
            _keep_secrets(session, cipher, order_id, judged)
            if not beginning.begin_if_ready(session, order_id, actor=by.actor):
                refreshing.refresh(session, order_id, actor=by.actor)
                confirmation_notices.ask(session, order_id, rules.zone, actor=by.actor)
                confirmation_notices.ask_giver(session, order_id, actor=by.actor)
        return Placed(order_id, is_new=True)

    placed = await engine.write(write)
    await launcher.start(engine, placed.id)
    return placed


def _with_keyed_digest(wanted: RequestedOrder, cipher: SecretCipher) -> RequestedOrder:
    """Replace the digest of a request that holds a secret: nobody can try out secrets by it."""
    names = {name for item in wanted.items for name in item.parameters}
    if names.isdisjoint(characteristics.SECRETS):
        return wanted
    return replace(wanted, digest=cipher.digest(wanted.digest))


def judge(
    session: Session,
    order_id: UUID,
    wanted: RequestedOrder,
    by: OrderedBy,
    orderer: Orderer | None,
) -> tuple[Sequence[Judged], NewOrder]:
    """Return what the products make of an order. ``orderer``: None where no account is named.

    Raises NotPermitted, and NotFound where whoever orders sees nothing of the account.
    """
    current = products.current(session.connection())
    named = {item.service_id for item in wanted.items if item.service_id is not None}
    services = ordered_services.lock(session, named | giving_services.ids_of(wanted.items, current))
    account_id = wanted.account_id
    if account_id is None:
        account_id = _account_of(session, wanted.items, services, current, by)
    judging = Judge(current, services, account_id, orderer or _orderer(session, account_id, by))
    judged = [judging.judge(item) for item in wanted.items]
    alike = whole_orders.of_one_urgency([each.item for each in judged])
    items = _checked(session, wanted, alike, by)
    new = NewOrder(
        order_id,
        account_id,
        wanted,
        items,
        by.client,
        by.person_id,
        whole_orders.expected(items),
    )
    return judged, new


def orderer_of(session: Session, wanted: RequestedOrder, by: OrderedBy) -> Orderer | None:
    """Return whoever orders on the account that is named; None: none is. Raises NotFound."""
    if wanted.account_id is None:
        return None
    if not ordered_services.is_account(session, wanted.account_id):
        raise NotFound
    return _orderer(session, wanted.account_id, by)


def _account_of(
    session: Session,
    items: Sequence[RequestedItem],
    services: Mapping[UUID, OrderedService],
    current: Mapping[str, Product],
    by: OrderedBy,
) -> UUID | None:
    """Return the account of the first service that whoever orders may know of."""
    for item in items:
        service = None if item.service_id is None else services.get(item.service_id)
        if service is None:
            continue
        orderer = Orderer(by.person_id, _held(session, by, service.account_id))
        if orderer.knows(service.id, current.get(item.product or "")):
            return service.account_id
    return None


def _orderer(session: Session, account_id: UUID | None, by: OrderedBy) -> Orderer:
    if by.person_id is None or account_id is None:
        return Orderer(by.person_id)
    held = _held(session, by, account_id)
    if not held:
        raise NotFound
    return Orderer.of(session.connection(), account_id, by.person_id, held)


def _held(session: Session, by: OrderedBy, account_id: UUID) -> Sequence[Grant]:
    if by.person_id is None:
        return ()
    return grant_queries.held(session.connection(), by.person_id, account_id)


def _checked(
    session: Session, wanted: RequestedOrder, items: Sequence[JudgedItem], by: OrderedBy
) -> Sequence[JudgedItem]:
    """Reject the first item where the order as a whole breaks a rule."""
    if any(item.rejection is not None for item in items):
        return items
    now, takes = events.now(session), whole_orders.expected(items)
    start, completion = wanted.requested_start_at, wanted.requested_completion_at
    refusal = None
    if not dates.are_met(now, start, completion, takes):
        refusal = OrderRefusal.DATE_NOT_MET
    if len(items) > 1 and any(item.giver_confirms for item in items):
        refusal = OrderRefusal.ORDERED_ALONE
    sight = OrderSight(by.client, by.person_id)
    if wanted.depends_on and not ordered_services.seen_orders(
        session, wanted.depends_on, sight
    ).issuperset(wanted.depends_on):
        refusal = OrderRefusal.ORDER_UNKNOWN
    if refusal is None:
        return items
    return [replace(items[0], rejection=Rejection(refusal)), *items[1:]]


def _keep_secrets(
    session: Session, cipher: SecretCipher, order_id: UUID, judged: Sequence[Judged]
) -> None:
    for number, each in enumerate(judged, 1):
        if each.item.service_id is None:
            continue
        for name, value in each.secrets.items():
            place = SecretPlace(order_id, number, SecretName(name))
            sealed = cipher.seal(value, str(place))
            secrets.keep(session, place, each.item.service_id, sealed)

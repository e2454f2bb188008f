"""Notices of orders that need a confirmation: to those who can give it, and to who placed it."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.catalogue.products import Confirmation
from domain.days import day_of
from domain.messages.notices import NewNotice, NoticeKind
from storage.access import representatives
from storage.database import Session
from storage.messages import notices
from storage.orders import number_requests, waiting_orders
from storage.orders.waiting_orders import WaitingOrder

_OWNER = text("SELECT person_id FROM account WHERE id = :id")
_ORDERER = text("SELECT account_id, person_id FROM service_order WHERE id = :id")


def ask(session: Session, order_id: UUID, zone: ZoneInfo, *, actor: Actor) -> None:
    """Tell everyone who can confirm an order that it waits for them, if it does. Each once.

    They are told the last whole day on which they can. Whoever placed it by their own login knows.
    """
    order = waiting_orders.read(session, order_id)
    if order is None:
        return
    until = day_of(order.confirm_by, zone) - timedelta(days=1)
    told = [
        NewNotice(
            id_, NoticeKind.ORDER_TO_CONFIRM, order.id, "", order.account_id, {"until": until}
        )
        for id_ in sorted(_asked(session, order))
        if not (actor.kind is ActorKind.PERSON and actor.person_id == id_)
    ]
    notices.create(session, told, actor=actor)


def _asked(session: Session, order: WaitingOrder) -> Collection[UUID]:
    if order.need is Confirmation.OWN:
        return [] if order.orderer_id is None else [order.orderer_id]
    if order.company_id is not None:
        return representatives.of_account(session, order.account_id)
    owner: UUID = session.execute(_OWNER, {"id": order.account_id}).scalar_one()
    return [owner]


def ask_giver(session: Session, order_id: UUID, *, actor: Actor) -> None:
    """Tell the owner of the number that an order takes, or their representatives. Each once.

    They are told of their own account only. Where nobody has the number, nobody is told.
    """
    asked = number_requests.read(session, order_id)
    if asked is None or not asked.is_waiting:
        return
    told = [asked.owner_id]
    if asked.company_id is not None:
        told = sorted(representatives.of_account(session, asked.account_id))
    about = (NoticeKind.NUMBER_ASKED_FOR, order_id, "", asked.account_id)
    notices.create(session, [NewNotice(id_, *about) for id_ in told], actor=actor)


def tell_orderer(session: Session, order_id: UUID, kind: NoticeKind, *, actor: Actor) -> None:
    """Tell whoever placed an order that others have confirmed it, or have not."""
    order = session.execute(_ORDERER, {"id": order_id}).one()
    if order.person_id is None or order.person_id == actor.person_id:
        return
    told = [NewNotice(order.person_id, kind, order_id, "", order.account_id)]
    notices.create(session, told, actor=actor)

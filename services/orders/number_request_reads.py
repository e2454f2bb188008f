"""Read requests for numbers, for those who may let them go: the owner of the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.accounts import ServiceLabel
from domain.approvals.acts import Act, ActKind
from domain.approvals.needs import Standing
from runtime.number_act_texts import NumberFacts
from services.approvals.needs import STANDING
from services.engine import Engine
from services.errors import NotFound
from services.orders import number_facts
from services.reviews.authority import reviews_as
from storage.accounts import service_queries
from storage.approvals import rows as approvals
from storage.database import Connection
from storage.orders import number_requests
from storage.orders.number_requests import NumberRequest


@dataclass(frozen=True, slots=True)
class ShownNumberRequest:
    """A request for a number, as those who may let it go see it."""

    request: NumberRequest
    service: ServiceLabel | None
    """None: it has left the account."""
    facts: NumberFacts
    """What the text of the act says."""
    approval_id: UUID | None
    """The open approval of those who confirm it together."""

    @property
    def to_confirm(self) -> Act | None:
        """The act that they may confirm; None: it does not wait for them."""
        return self.request.act if self.request.is_waiting else None

    @property
    def may_decline(self) -> bool:
        """Whether they may decline it: nothing has begun."""
        return self.request.began_at is None and self.request.ended_at is None


async def read_number_request(
    engine: Engine, order_id: UUID, person_id: UUID
) -> ShownNumberRequest:
    """Read what an order asks of the owner of a number, whom this person is or represents.

    Raises NotFound for everybody else, and where it asks nothing of them.
    """

    def read(connection: Connection) -> ShownNumberRequest:
        found, _ = seen_request(connection, order_id, person_id)
        (shown,) = _shown(connection, [found], person_id)
        return shown

    return await engine.read(read)


async def list_number_requests(
    engine: Engine,
    account_id: UUID,
    person_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[ShownNumberRequest]:
    """Return the requests for numbers of an account, the newest first.

    Those that wait, and those that its present owner has confirmed. Raises NotFound where this
    person neither owns the account nor represents its owner.
    """

    def read(connection: Connection) -> Sequence[ShownNumberRequest]:
        if reviews_as(connection, account_id, person_id) is None:
            raise NotFound
        found = number_requests.page_of(connection, account_id, before=before, limit=limit)
        return _shown(connection, found, person_id)

    return await engine.read(read)


def seen_request(
    connection: Connection, order_id: UUID, person_id: UUID
) -> tuple[NumberRequest, Standing]:
    """Return a request that this person sees, and on what authority. Raises NotFound."""
    found = number_requests.read(connection, order_id)
    basis = None if found is None else reviews_as(connection, found.account_id, person_id)
    if found is None or basis is None:
        raise NotFound
    return found, STANDING[basis]


def _shown(
    connection: Connection, found: Sequence[NumberRequest], person_id: UUID
) -> Sequence[ShownNumberRequest]:
    """Show requests for numbers of one account. A few statements for however many."""
    if not found:
        return []
    accounts = {each.account_id for each in found}
    labels = service_queries.labels(connection, accounts, {each.service_id for each in found})
    facts = number_facts.read_facts(connection, [each.act for each in found])
    ids = [each.order_id for each in found]
    open_: Mapping[UUID, approvals.OpenApproval] = approvals.open_about_all(
        connection, ActKind.NUMBER_GIVE, ids, person_id
    )
    return [
        ShownNumberRequest(
            each,
            labels[each.service_id].label() if each.service_id in labels else None,
            said,
            open_[each.order_id].id if each.order_id in open_ else None,
        )
        for each, said in zip(found, facts, strict=True)
    ]

"""Pages of what billing says of each service of an account."""

from collections.abc import Iterable
from uuid import UUID

from api.http.pagination import Page
from services.billing.billed_services import BilledServices


def page_of(
    page: Page, name: str, services: BilledServices, ids: Iterable[UUID]
) -> tuple[list[UUID], str | None]:
    """Return the services of the requested page of list ``name``, and the next cursor.

    By number and name; a cursor names a service only. Raises Problem.
    """
    after = page.place(name, UUID)
    place = None if after is None else services.place(after)
    left = [
        each for each in services.in_order(ids) if place is None or services.place(each) > place
    ]
    shown, following = page.cut(name, left[: page.limit + 1], lambda each: each)
    return list(shown), following

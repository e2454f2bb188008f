"""Read the chain of authority behind delegated grants, with the names that the reader may know."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.delegations.chains import Link, Reader
from storage.access import grant_queries
from storage.database import Connection
from storage.delegations import chains as stored_chains
from storage.delegations.chains import StoredLink

Chain = Sequence[Link]
"""From the grant up to the owner's name: one link, or two of what was passed on."""


def chains(connection: Connection, facts: Sequence[dict[str, Any]], reader: Reader) -> list[Chain]:
    """Return the chain behind each of these facts of reasons ``delegated``.

    A reader knows who gave what concerns them, or what is on an account whose access they view
    and was given in the name of its owner of now.
    """

    @cache
    def views(account_id: UUID, person_id: UUID) -> bool:
        held = grant_queries.held(connection, person_id, account_id)
        return decide(Permission.ACCESS_VIEW, held).allowed

    return [
        [_shown(each, reader, views) for each in chain]
        for chain in stored_chains.chains(connection, facts)
    ]


def _shown(stored: StoredLink, reader: Reader, views: Callable[[UUID, UUID], bool]) -> Link:
    link, person_id = stored.link, reader.person_id
    if link.giver is None or reader.sees_all:
        return link
    known = person_id is not None and (
        person_id in {stored.giver_id, stored.receiver_id}
        or (stored.of_this_owner and views(stored.account_id, person_id))
    )
    if known:
        return link
    others = tuple(replace(each, name=None) for each in link.together_with)
    return replace(link, giver=replace(link.giver, name=None), together_with=others)

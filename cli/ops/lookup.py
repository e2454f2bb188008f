"""Finding the item, bulk retry, delegation, contract or account that a person typed."""

from collections.abc import Callable
from uuid import UUID

from cli.console import USAGE, Failure
from domain.ops.bulk_retries import BulkRetry
from domain.ops.stuck_items import StuckItem
from storage.accounts import account_queries
from storage.contracts import contract_queries, proposals
from storage.database import Connection
from storage.delegations import story_queries
from storage.id_prefix import IdPrefix
from storage.ops import bulk_retry_queries, stuck_queries
from storage.orders import order_queries
from storage.provisioning import target_queries
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation

SHORTEST = 6
"""Digits of an id that must be typed."""


def find_item(connection: Connection, typed: str) -> StuckItem:
    """The item with this id, or whose id begins so, closed or not. Failure unless it is one."""
    id_ = _only(connection, typed, stuck_queries.ids)
    item = stuck_queries.read(connection, id_) if id_ else None
    if item is None:
        raise Failure(f"No item has the id `{typed}`: `volitus ops stuck` lists the stuck items.")
    return item


def known_target(connection: Connection, name: str | None) -> str | None:
    """The name of a target; None for None. Failure where no target has it."""
    if name is not None and target_queries.find(connection, name) is None:
        raise Failure("No target has this name: `volitus ops targets` lists them.", USAGE)
    return name


def find_bulk_retry(connection: Connection, typed: str) -> BulkRetry:
    """The bulk retry with this id, or whose id begins so. Failure unless it is one."""
    id_ = _only(connection, typed, bulk_retry_queries.ids)
    retry = bulk_retry_queries.read(connection, id_) if id_ else None
    if retry is None:
        raise Failure(
            f"No bulk retry has the id `{typed}`: the id is printed when a bulk retry starts."
        )
    return retry


def find_operation(connection: Connection, typed: str) -> Operation:
    """The operation with this id, or whose id begins so. Failure unless it is one."""
    id_ = _only(connection, typed, operation_queries.ids)
    if id_ is None:
        raise Failure(f"No operation has the id `{typed}`: `volitus ops show ID` shows it.")
    return operation_queries.get(connection, id_)


def delegation_id(connection: Connection, typed: str) -> UUID:
    """The delegation with this id, or whose id begins so. Failure unless it is one."""
    id_ = _only(connection, typed, story_queries.ids)
    if id_ is None:
        raise Failure(f"No delegation has the id `{typed}`: `volitus delegations list` lists them.")
    return id_


def contract_id(connection: Connection, typed: str) -> UUID:
    """The contract with this id, or whose id begins so. Failure unless it is one."""
    id_ = _only(connection, typed, contract_queries.ids)
    if id_ is None:
        raise Failure(f"No contract has the id `{typed}`: `volitus contracts list` lists them.")
    return id_


def proposal_id(connection: Connection, typed: str) -> UUID:
    """The proposal to end a contract with this id, or whose id begins so. Failure unless it is."""
    id_ = _only(connection, typed, proposals.ids)
    if id_ is None:
        raise Failure(
            f"No proposal has the id `{typed}`: `volitus contracts proposals --all` lists them."
        )
    return id_


def order_id(connection: Connection, typed: str) -> UUID:
    """The order with this id, or whose id begins so. Failure unless it is one."""
    id_ = _only(connection, typed, order_queries.ids)
    if id_ is None:
        raise Failure(f"No order has the id `{typed}`: `volitus orders list` lists them.")
    return id_


def _only(
    connection: Connection, typed: str, ids: Callable[[Connection, IdPrefix], list[UUID]]
) -> UUID | None:
    prefix = IdPrefix.parse(typed)
    if prefix is None:
        return None
    if len(prefix.digits) < SHORTEST:
        raise Failure(f"`{typed}` is too short: enter at least {SHORTEST} digits of the id.", USAGE)
    found = ids(connection, prefix)
    if len(found) > 1:
        several = ", ".join(map(str, found))
        raise Failure(f"Several ids begin with {typed}: {several}. Enter more of the id.")
    return found[0] if found else None


def account_id(connection: Connection, account: str | None) -> UUID | None:
    """The account with this id or reference; None for None. Failure where there is none."""
    if account is None:
        return None
    found = account_queries.find_id(connection, account)
    if found is None:
        raise Failure(f"No account has the id or reference `{account}`.")
    return found

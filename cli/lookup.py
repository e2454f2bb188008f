"""Finding what a person typed: by its id, by the first digits of it, or by its reference."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

from cli.console import USAGE, Failure
from domain.ops.bulk_retries import BulkRetry
from domain.ops.stuck_items import StuckItem
from storage.accounts import account_queries
from storage.audit import staff_queries
from storage.contracts import contract_queries, proposals
from storage.database import Connection
from storage.delegations import story_queries
from storage.id_prefix import Identified, IdPrefix, ids_of
from storage.inventory import drift_queries
from storage.ops import bulk_retry_queries, stuck_queries
from storage.orders import order_queries
from storage.payments import entry_queries
from storage.payments import rows as payments
from storage.provisioning import target_queries
from storage.registry import sync_run_queries
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation

SHORTEST = 6
"""Digits of an id that must be typed."""


class Kind(NamedTuple):
    """What a command takes by its id."""

    noun: str
    where: str
    """What to do where there is none with this id."""
    ids: Callable[[Connection, IdPrefix], Sequence[UUID]]
    """Up to five whose id begins so."""


def _listed(noun: str, command: str, ids: Callable[[Connection, IdPrefix], list[UUID]]) -> Kind:
    return Kind(noun, f"`volitus {command}` lists them", ids)


def _known(noun: str, where: str, of: Identified) -> Kind:
    return Kind(noun, where, partial(ids_of, of=of))


ACCOUNT = _known("account", "give its id or the customer's reference", Identified.ACCOUNT)
COMPANY = _known("company", "`volitus signing-rules list` lists them", Identified.COMPANY)
CONTRACT = _listed("contract", "contracts list", contract_queries.ids)
DELEGATION = _listed("delegation", "delegations list", story_queries.ids)
DIFFERENCE = _listed("difference", "drift list", drift_queries.ids)
ENTRY = _listed("entry", "payments entries", entry_queries.ids)
FREEZE = _known("freeze", "`volitus freeze list --all` lists them", Identified.FREEZE)
MANDATE = _known("mandate", "`volitus mandates list` lists them", Identified.MANDATE)
ORDER = _listed("order", "orders list", order_queries.ids)
PAYMENT = _listed("payment", "payments list --all", payments.ids)
PROPOSAL = _listed("proposal", "contracts proposals --all", proposals.ids)
READING = _known(
    "reading", "`volitus signing-rules show COMPANY` lists them", Identified.SIGNING_RULE_READING
)
RUN = _listed("run", "sync list", sync_run_queries.ids)
SERVICE = _known("service", "the portal and `volitus contracts show` show it", Identified.SERVICE)
STAFF = _listed("member of staff", "staff list", staff_queries.ids)
_ITEM = Kind("item", "`volitus ops stuck` lists the stuck items", stuck_queries.ids)
_BULK_RETRY = Kind(
    "bulk retry", "the id is printed when a bulk retry starts", bulk_retry_queries.ids
)
_OPERATION = Kind("operation", "`volitus ops show ID` shows it", operation_queries.ids)


def one(connection: Connection, typed: str, kind: Kind) -> UUID:
    """Return the id of the one with this id, or whose id begins so. Raises Failure."""
    found = _beginning(connection, typed, kind)
    if found is None:
        raise _unknown(typed, kind)
    return found


def perhaps(connection: Connection, typed: str | None, kind: Kind) -> UUID | None:
    """Return the same as ``one``; None for None."""
    return None if typed is None else one(connection, typed, kind)


def _beginning(connection: Connection, typed: str, kind: Kind) -> UUID | None:
    prefix = IdPrefix.parse(typed)
    if prefix is None:
        return None
    if len(prefix.digits) < SHORTEST:
        raise Failure(f"`{typed}` is too short: enter at least {SHORTEST} digits of the id.", USAGE)
    found = kind.ids(connection, prefix)
    if len(found) > 1:
        several = ", ".join(map(str, found))
        raise Failure(f"Several ids begin with {typed}: {several}. Enter more of the id.")
    return found[0] if found else None


def _unknown(typed: str, kind: Kind) -> Failure:
    return Failure(f"No {kind.noun} has the id `{typed}`: {kind.where}.")


def person(connection: Connection, typed: str) -> UUID:
    """Return the person with this id, or whose id begins so. Raises Failure.

    What was typed may be a personal code, by mistake: it is never repeated.
    """
    prefix = IdPrefix.parse(typed)
    if prefix is None or len(prefix.digits) < SHORTEST:
        raise Failure(
            f"A person is named by an id, or {SHORTEST} or more of its first digits. A personal"
            " code is given on standard input: --person-code-stdin.",
            USAGE,
        )
    found = ids_of(connection, prefix, of=Identified.PERSON)
    if len(found) > 1:
        raise Failure("Several persons have an id that begins so: enter more of it.")
    if not found:
        raise Failure(
            "No person has this id: `volitus events list` shows ids; or give their code:"
            " --person-code-stdin."
        )
    return found[0]


def account_id(connection: Connection, account: str | None) -> UUID | None:
    """Return the same as ``the_account``; None for None."""
    return None if account is None else the_account(connection, account)


def the_account(connection: Connection, account: str) -> UUID:
    """Return the account with this reference or id, or whose id begins so. Raises Failure."""
    found = account_queries.find_id(connection, account)
    if found is None:
        prefix = IdPrefix.parse(account)
        is_prefix = prefix is not None and len(prefix.digits) >= SHORTEST
        found = _beginning(connection, account, ACCOUNT) if is_prefix else None
    if found is None:
        raise Failure(
            f"No account has the id or reference `{account}`: use the customer's reference as"
            " billing writes it, or the account's id."
        )
    return found


def known_target(connection: Connection, name: str | None) -> str | None:
    """The name of a target; None for None. Failure where no target has it."""
    if name is not None and target_queries.find(connection, name) is None:
        raise Failure("No target has this name: `volitus ops targets` lists them.", USAGE)
    return name


def find_item(connection: Connection, typed: str) -> StuckItem:
    """The item with this id, or whose id begins so, closed or not. Failure unless it is one."""
    item = stuck_queries.read(connection, one(connection, typed, _ITEM))
    if item is None:
        raise _unknown(typed, _ITEM)
    return item


def find_bulk_retry(connection: Connection, typed: str) -> BulkRetry:
    """The bulk retry with this id, or whose id begins so. Failure unless it is one."""
    retry = bulk_retry_queries.read(connection, one(connection, typed, _BULK_RETRY))
    if retry is None:
        raise _unknown(typed, _BULK_RETRY)
    return retry


def find_operation(connection: Connection, typed: str) -> Operation:
    """The operation with this id, or whose id begins so. Failure unless it is one."""
    return operation_queries.get(connection, one(connection, typed, _OPERATION))

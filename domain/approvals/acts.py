"""Acts that people confirm: what will happen, as ids, codes and dates, and the digest of that.

The digest is the SHA-256 of the act in canonical JSON (RFC 8785), so it does not depend on the
order in which something was collected. An act never changes: a changed one has another digest, and
needs confirmations of its own.
"""

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

import rfc8785

from domain.visible_text import is_visible


class ActKind(StrEnum):
    """Kind of an act. May grow."""

    DELEGATION_GIVE = "delegation_give"
    DELEGATION_RENEW = "delegation_renew"
    """Gives more than before, or for longer."""
    DELEGATIONS_KEEP = "delegations_keep"
    """Delegations stay although whoever gave them has left."""
    ACCESS_REQUEST_APPROVE = "access_request_approve"
    ORDER_PLACE = "order_place"
    NUMBER_GIVE = "number_give"
    """A number leaves the account, by an order of somebody else's."""
    CONTRACT_START = "contract_start"
    CONTRACT_END = "contract_end"
    CONTRACT_END_CANCEL = "contract_end_cancel"
    """Its end, which was set, is called off."""
    CONTRACT_RESUME = "contract_resume"
    """Its suspension, after a loss, is ended."""


OWNER_ONLY = frozenset({ActKind.DELEGATIONS_KEEP})
"""Acts that no authority already given includes: only the owner of the account decides them."""

ABOUT_ORDERS = frozenset({ActKind.ORDER_PLACE, ActKind.NUMBER_GIVE})
"""Acts whose subject is an order."""
ABOUT_CONTRACTS = frozenset(
    {
        ActKind.CONTRACT_START,
        ActKind.CONTRACT_END,
        ActKind.CONTRACT_END_CANCEL,
        ActKind.CONTRACT_RESUME,
    }
)
"""Acts whose subject is a contract."""


class ActDataInvalid(ValueError):
    """The data of an act have a value that is not allowed. ``str()`` says where, never what."""


@dataclass(frozen=True, slots=True)
class Act:
    """What will happen on an account.

    Raises ActDataInvalid for data other than strings, booleans, whole numbers of JSON, lists and
    objects of them.
    """

    kind: ActKind
    company_id: UUID | None
    """Owner of the account; None: a person is."""
    account_id: UUID
    data: Mapping[str, Any] = field(hash=False)
    """Of the shape that ``act_data`` has for the kind. No names, no personal codes, no text."""

    def __post_init__(self) -> None:
        _check(self.data, "data")

    def canonical(self) -> bytes:
        """Return the act as canonical JSON (RFC 8785), in UTF-8."""
        return rfc8785.dumps(self.as_json())

    def digest(self) -> str:
        """Return the SHA-256 of ``canonical()`` in lowercase hexadecimal digits."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Return the act as it is stored and answered."""
        return {
            "kind": self.kind.value,
            "company_id": None if self.company_id is None else str(self.company_id),
            "account_id": str(self.account_id),
            "data": deepcopy(dict(self.data)),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Parse what ``as_json`` returned."""
        company_id = value["company_id"]
        return cls(
            ActKind(value["kind"]),
            None if company_id is None else UUID(company_id),
            UUID(value["account_id"]),
            deepcopy(value["data"]),
        )


_LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON reads exactly."""


def _check(value: object, where: str) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            _check_text(name, f"a name in {where}")
            _check(each, f"{where}.{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _check(each, f"{where}[{index}]")
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ActDataInvalid(f"{where} is a number that JSON does not keep")
    else:
        _check_text(value, where)


def _check_text(value: object, where: str) -> None:
    if not isinstance(value, str):
        raise ActDataInvalid(f"{where} is of a type that acts do not have: {type(value).__name__}")
    if not is_visible(value):
        raise ActDataInvalid(f"{where} has characters that cannot be shown")

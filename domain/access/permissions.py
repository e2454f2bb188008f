"""The one list of permissions, and the access roles that are made of them."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing that may be done at the operator's self-service, ``<resource>:<action>``.

    Alphabetical. Holds for private and business accounts alike; a private person's account is an
    account whose owner is a person.
    """

    ACCESS_MANAGE = "access:manage"
    ACCESS_VIEW = "access:view"
    BALANCE_VIEW = "balance:view"
    CALL_DETAILS_REQUEST = "call_details:request"
    CALL_DETAILS_VIEW = "call_details:view"
    CONTRACT_END = "contract:end"
    CONTRACT_START = "contract:start"
    CONTRACT_VIEW = "contract:view"
    CREDIT_LIMIT_HISTORY = "credit_limit:history"
    CREDIT_LIMIT_SET = "credit_limit:set"
    CREDIT_LIMIT_VIEW = "credit_limit:view"
    INTERNET_MANAGE = "internet:manage"
    INTERNET_VIEW = "internet:view"
    INVOICE_PAY = "invoice:pay"
    INVOICE_VIEW = "invoice:view"
    MOBIIL_ID_END = "mobiil_id:end"
    MOBIIL_ID_START = "mobiil_id:start"
    MOBIIL_ID_VIEW = "mobiil_id:view"
    NUMBER_VIEW = "number:view"
    PACKAGE_VIEW = "package:view"
    RESTRICTION_SET = "restriction:set"
    RESTRICTION_VIEW = "restriction:view"
    ROUTER_MANAGE = "router:manage"
    SERVICE_ORDER = "service:order"
    SERVICE_VIEW = "service:view"
    SIM_VIEW = "sim:view"
    USAGE_VIEW = "usage:view"


class Role(StrEnum):
    """The access roles that come with the engine."""

    ADMINISTRATOR = "administrator"
    ACCOUNTANT = "accountant"
    USER = "user"
    JOINT_REPRESENTATIVE = "joint_representative"


@dataclass(frozen=True, slots=True)
class AccessRole:
    """A named set of permissions."""

    name: Role
    permissions: frozenset[Permission]
    description: str


P = Permission

ACCESS_ROLES: dict[Role, AccessRole] = {
    role.name: role
    for role in (
        AccessRole(Role.ADMINISTRATOR, frozenset(Permission), "everything on the account"),
        AccessRole(
            Role.ACCOUNTANT,
            frozenset(
                {P.BALANCE_VIEW, P.CREDIT_LIMIT_HISTORY, P.CREDIT_LIMIT_VIEW}
                | {P.INVOICE_PAY, P.INVOICE_VIEW}
            ),
            "bills and payments",
        ),
        AccessRole(
            Role.USER,
            frozenset(
                {P.CREDIT_LIMIT_VIEW, P.INTERNET_VIEW, P.MOBIIL_ID_VIEW, P.NUMBER_VIEW}
                | {P.PACKAGE_VIEW, P.RESTRICTION_VIEW, P.SERVICE_VIEW, P.SIM_VIEW, P.USAGE_VIEW}
            ),
            "sees the own service, changes nothing",
        ),
        AccessRole(
            Role.JOINT_REPRESENTATIVE,
            frozenset({P.ACCESS_VIEW}),
            "may act only together with others: sees who they are",
        ),
    )
}
"""What each role may do. A `user` never holds a permission that changes anything."""


def permissions_of(role: str) -> frozenset[Permission]:
    """The permissions of a role by name; an unknown name has none."""
    return ACCESS_ROLES[Role(role)].permissions if role in ACCESS_ROLES else frozenset()

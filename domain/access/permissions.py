"""The list of permissions, and the access roles made of them."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One action of the operator's self-service, ``<resource>:<action>``. Alphabetical.

    The same for private and business accounts.
    """

    ACCESS_MANAGE = "access:manage"
    ACCESS_VIEW = "access:view"
    BALANCE_VIEW = "balance:view"
    CALL_DETAILS_FULL = "call_details:full"
    """Whole numbers in call details. In no role: it is given by name, see ``GIVEN_BY_NAME``."""
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


_ADMINISTRATOR = frozenset(
    {
        Permission.ACCESS_MANAGE,
        Permission.ACCESS_VIEW,
        Permission.BALANCE_VIEW,
        Permission.CALL_DETAILS_REQUEST,
        Permission.CALL_DETAILS_VIEW,
        Permission.CONTRACT_END,
        Permission.CONTRACT_START,
        Permission.CONTRACT_VIEW,
        Permission.CREDIT_LIMIT_HISTORY,
        Permission.CREDIT_LIMIT_SET,
        Permission.CREDIT_LIMIT_VIEW,
        Permission.INTERNET_MANAGE,
        Permission.INTERNET_VIEW,
        Permission.INVOICE_PAY,
        Permission.INVOICE_VIEW,
        Permission.MOBIIL_ID_END,
        Permission.MOBIIL_ID_START,
        Permission.MOBIIL_ID_VIEW,
        Permission.NUMBER_VIEW,
        Permission.PACKAGE_VIEW,
        Permission.RESTRICTION_SET,
        Permission.RESTRICTION_VIEW,
        Permission.ROUTER_MANAGE,
        Permission.SERVICE_ORDER,
        Permission.SERVICE_VIEW,
        Permission.SIM_VIEW,
        Permission.USAGE_VIEW,
    }
)
_ACCOUNTANT = frozenset(
    {
        Permission.BALANCE_VIEW,
        Permission.CREDIT_LIMIT_HISTORY,
        Permission.CREDIT_LIMIT_VIEW,
        Permission.INVOICE_PAY,
        Permission.INVOICE_VIEW,
    }
)
_USER = frozenset(
    {
        Permission.CALL_DETAILS_REQUEST,
        Permission.CALL_DETAILS_VIEW,
        Permission.CREDIT_LIMIT_VIEW,
        Permission.INTERNET_VIEW,
        Permission.MOBIIL_ID_VIEW,
        Permission.NUMBER_VIEW,
        Permission.PACKAGE_VIEW,
        Permission.RESTRICTION_VIEW,
        Permission.SERVICE_VIEW,
        Permission.SIM_VIEW,
        Permission.USAGE_VIEW,
    }
)
_JOINT_REPRESENTATIVE = frozenset(
    {
        Permission.ACCESS_VIEW,
        Permission.BALANCE_VIEW,
        Permission.CALL_DETAILS_VIEW,
        Permission.CONTRACT_VIEW,
        Permission.CREDIT_LIMIT_HISTORY,
        Permission.CREDIT_LIMIT_VIEW,
        Permission.INTERNET_VIEW,
        Permission.INVOICE_VIEW,
        Permission.MOBIIL_ID_VIEW,
        Permission.NUMBER_VIEW,
        Permission.PACKAGE_VIEW,
        Permission.RESTRICTION_VIEW,
        Permission.SERVICE_VIEW,
        Permission.SIM_VIEW,
        Permission.USAGE_VIEW,
    }
)

ACCESS_ROLES: dict[Role, AccessRole] = {
    role.name: role
    for role in (
        AccessRole(Role.ADMINISTRATOR, _ADMINISTRATOR, "everything on the account"),
        AccessRole(Role.ACCOUNTANT, _ACCOUNTANT, "bills and payments"),
        AccessRole(Role.USER, _USER, "views the own service, changes nothing"),
        AccessRole(
            Role.JOINT_REPRESENTATIVE,
            _JOINT_REPRESENTATIVE,
            "acts only together with others, and views everything",
        ),
    )
}
"""The permissions of each role, one by one: a new permission belongs to no role by itself.

A `user` and a `joint_representative` never hold a permission that changes anything; a `user`
makes call-detail extracts, which only look.
"""
GIVEN_BY_NAME = frozenset({Permission.CALL_DETAILS_FULL})
"""Permissions of no role: somebody is given one by name, with a purpose, and never to pass on."""


def permissions_of(role: str) -> frozenset[Permission]:
    """Return the permissions of a role by name; an unknown name has none."""
    return ACCESS_ROLES[Role(role)].permissions if role in ACCESS_ROLES else frozenset()

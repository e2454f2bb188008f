"""Why a delegation is refused."""

from collections.abc import Sequence
from enum import StrEnum


class DelegationRefusal(StrEnum):
    """Why a delegation is not offered, accepted or changed. Codes of the API's problems."""

    UNKNOWN_ROLE = "unknown_role"
    """No role of that name can be given."""
    UNKNOWN_PERMISSION = "unknown_permission"
    NO_PERMISSIONS = "no_permissions"
    MANAGE_NEEDS_PASS_ON = "manage_needs_pass_on"  # noqa: S105
    """``access:manage`` is given only with the right to pass on, and never passed on."""
    PURPOSE_MISSING = "purpose_missing"
    """A permission of no role is given only by a person who says what for."""
    GIVEN_BY_NAME_ONLY = "given_by_name_only"
    """A permission of no role is never passed on, nor given with the right to pass on."""
    FROM_IN_PAST = "from_in_past"
    FROM_TOO_FAR = "from_too_far"
    """It would begin more than a year from today."""
    THROUGH_BEFORE_FROM = "through_before_from"
    THROUGH_IN_PAST = "through_in_past"
    """Its last day is over: revoke it instead of shortening it."""
    LONGER_THAN_FIVE_YEARS = "longer_than_five_years"
    SERVICE_OF_ANOTHER_ACCOUNT = "service_of_another_account"
    """A service is not an active one of the account."""
    ACCOUNT_NOT_ACTIVE = "account_not_active"
    DELEGATIONS_SUSPENDED = "delegations_suspended"
    """The register says that the company is deleted or bankrupt."""
    TO_YOURSELF = "to_yourself"
    RECEIVER_IS_COMPANY = "receiver_is_company"
    NOT_ALLOWED_TO_GIVE = "not_allowed_to_give"
    """The giver has no right to give: neither by the register, nor as the owner, nor passed on."""
    NEEDS_JOINT_APPROVAL = "needs_joint_approval"
    """The register lets the giver act only together with others, who have not confirmed it."""
    MAY_NOT_PASS_ON = "may_not_pass_on"  # noqa: S105
    """The giver's own delegation does not include the right to pass it on."""
    TOO_DEEP = "too_deep"
    """What was passed on cannot be passed on again."""
    BEYOND_PARENT_PERMISSIONS = "beyond_parent_permissions"
    BEYOND_PARENT_SCOPE = "beyond_parent_scope"
    BEYOND_PARENT_DATES = "beyond_parent_dates"
    BEYOND_REQUEST = "beyond_request"
    """An approval gives more than the access request asked for."""
    NOT_NARROWER = "not_narrower"
    """The change gives more than before: it must be offered, and accepted by the receiver."""
    NOT_OPEN = "not_open"
    """The offer or delegation is over already, or was replaced by a newer version."""
    BASIS_ENDED = "basis_ended"
    """The giver has lost the right to give it since it was offered."""
    ENDED_STAYS_ENDED = "ended_stays_ended"
    """The delegation ended here, and is not taken up again from the operator's systems."""
    ANOTHER_DELEGATION = "another_delegation"
    """The id is that of a delegation to somebody else, or on another account."""
    GIVEN_BY_A_PERSON = "given_by_a_person"
    """A person gave it here: the operator's systems do not change it."""
    CHANGED_BY_PEOPLE = "changed_by_people"
    """People changed it here since: the operator's systems cannot give more than they left."""
    RECEIVER_FROZEN = "receiver_frozen"
    """The operator froze the person who wants to accept: it may be somebody with their eID."""
    TOO_MANY_OPEN_OFFERS = "too_many_open_offers"
    """The receiver has not answered as many offers as may be open at once."""


class DelegationRefused(Exception):
    """A delegation is refused, for all of these reasons. Nothing was changed."""

    def __init__(self, *refusals: DelegationRefusal) -> None:
        super().__init__(", ".join(refusals))
        self.refusals: Sequence[DelegationRefusal] = refusals

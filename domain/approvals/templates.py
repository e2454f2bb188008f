"""Versions of the texts in which people read the act that they confirm (joint.4).

A confirmation keeps the version and language that it was read in, so the text of a version never
changes: a changed text is another version, and the old one stays readable.
"""

from collections.abc import Mapping

from domain.approvals.acts import ActKind

CURRENT: Mapping[ActKind, int] = {
    ActKind.DELEGATION_GIVE: 1,
    ActKind.DELEGATION_RENEW: 1,
    ActKind.DELEGATIONS_KEEP: 1,
    ActKind.ACCESS_REQUEST_APPROVE: 1,
    ActKind.ORDER_PLACE: 1,
    ActKind.NUMBER_GIVE: 1,
    ActKind.CONTRACT_START: 1,
    ActKind.CONTRACT_END: 1,
    ActKind.CONTRACT_END_CANCEL: 1,
    ActKind.CONTRACT_RESUME: 1,
}
"""The version in which each kind is shown now. Every earlier one, from 1, is known too."""


def known(kind: ActKind, version: int) -> bool:
    """Return whether there is such a version of the text of this kind."""
    return 1 <= version <= CURRENT[kind]

"""Ids of approvals: made of what they are about, so that a repeated request finds the same one."""

from uuid import UUID, uuid5


def approval_of(version_id: UUID) -> UUID:
    """Return the id of the approval that a proposed version of a delegation waits for."""
    return uuid5(version_id, "approval")

"""Ids of approvals: made of what they are about, so that a repeated request finds the same one."""

from uuid import UUID, uuid5


def approval_of(subject_id: UUID) -> UUID:
    """Return the id of the approval that a version of a delegation, or a contract, waits for."""
    return uuid5(subject_id, "approval")

"""Why an approval is not proposed, confirmed or ended."""

from enum import StrEnum

from domain.reasons import Reason


class ApprovalRefusal(StrEnum):
    """Codes of the API's problems."""

    APPROVAL_CLOSED = "approval_closed"
    """It was carried out, declined, withdrawn, has lapsed, or cannot be carried out."""
    ACT_CHANGED = "act_changed"
    """The digest is not that of the act: what was shown is not what would be carried out."""
    TEMPLATE_UNKNOWN = "template_unknown"
    """No text of this version is shown for such an act."""
    NOT_COUNTED = "not_counted"
    """By the register, this person is in no group that can confirm it."""
    GROUP_UNFILLABLE = "group_unfillable"
    """By the register, no group can confirm it here."""
    ALREADY_PROPOSED = "already_proposed"
    """An open approval is about the same thing."""
    SIGNATURE_NEEDED = "signature_needed"
    """It is confirmed by signing the documents that it is about."""
    NOT_THE_PROPOSER = "not_the_proposer"
    """Only whoever proposed it withdraws it."""


class ApprovalRefused(Exception):
    """Nothing was changed. ``reason``: what the register says against it, where it is that."""

    def __init__(self, refusal: ApprovalRefusal, reason: Reason | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.reason = reason

"""Why somebody does not agree to a contract."""

from enum import StrEnum

from domain.approvals.refusals import ApprovalRefusal
from domain.reasons import Reason


class AgreeRefusal(StrEnum):
    """Codes of the API's problems, beside those of approvals."""

    CONTRACT_NOT_WAITING = "contract_not_waiting"
    """It is not offered: not yet, or no more."""
    REPRESENTATIVE_NEEDED = "representative_needed"
    """This person is neither its user nor represents the owner of its account."""
    SIGNATURE_NEEDED = "signature_needed"
    """Its documents are signed: a confirmation is not enough."""
    SIGNATURE_NOT_ASKED = "signature_not_asked"
    """It is agreed to by a confirmation, and nothing is signed."""
    ALREADY_AGREED = "already_agreed"
    """This person's signature counts already: another one would add nothing."""
    NEEDS_JOINT_APPROVAL = "needs_joint_approval"
    """This person acts only together with others, which is not possible in this installation."""


class AgreeRefused(Exception):
    """Nobody has agreed; nothing is changed once the transaction is rolled back.

    ``reason``: what the register says against it, where it is that.
    """

    def __init__(
        self, refusal: AgreeRefusal | ApprovalRefusal, reason: Reason | None = None
    ) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.reason = reason

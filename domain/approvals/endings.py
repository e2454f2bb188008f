"""Reasons of approvals that were carried out or ended otherwise."""

from collections.abc import Mapping

from domain.approvals.states import ApprovalState
from domain.reasons import Reason

ENDED: Mapping[ApprovalState, Reason] = {
    ApprovalState.CARRIED_OUT: Reason(
        "approval_carried_out", "Everyone who had to confirm has, and the register agrees"
    ),
    ApprovalState.DECLINED: Reason(
        "approval_declined", "Somebody who was asked to confirm declined"
    ),
    ApprovalState.WITHDRAWN: Reason("approval_withdrawn", "The proposer withdrew it"),
    ApprovalState.LAPSED: Reason("approval_lapsed", "Not enough people confirmed in time"),
    ApprovalState.REFUSED: Reason(
        "approval_refused", "What it rests on has changed, so it could not be carried out"
    ),
}
"""Why an approval ended."""

"""The actions that a step of a product may name: what the code can do at each target.

The effects are in activities/orders/. A catalogue that names another action is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.provisioning.targets import TargetKind


class StepAction(StrEnum):
    """What a step does at its target."""

    READ = "read"
    """Network: read the service, so that what is changed later can be put back."""
    SET = "set"
    """Network: set the characteristics of the item; remove them where the item deletes."""
    RESTART = "restart"
    """Network: restart a router."""
    ACTIVATE = "activate"
    """Network: make a service that a contract starts active, with its characteristics."""
    TERMINATE = "terminate"
    """Network: end the service."""
    SUSPEND = "suspend"
    """Network: make the service inactive: its contract is suspended."""
    RESUME = "resume"
    """Network: make a service active again that was suspended."""
    SWAP_SIM = "swap_sim"
    """Network: give the service the SIM whose ICCID the item names."""
    DOWNLOAD_ESIM = "download_esim"
    """Network: reserve an eSIM profile for the service and get its activation code."""
    RELEASE_NUMBER = "release_number"
    """Network: take the number from the service that has it."""
    TAKE_NUMBER = "take_number"
    """Network: give the service a number that is free."""
    CHECK_CREDIT = "check_credit"
    """Billing: ask whether the account's owner may order it. Changes nothing."""
    CHARGE = "charge"
    """Billing: book the item's prices that are paid once."""
    SET_LIMIT = "set_limit"
    """Billing: set the spending limit; remove it where the item deletes."""
    SUBSCRIBE = "subscribe"
    """Billing: start the item's monthly prices; end them where the item deletes."""
    FINAL_INVOICE = "final_invoice"
    """Billing: book what is paid for the end, and issue the service's last invoice."""


class UndoAction(StrEnum):
    """What undoes a step at its target."""

    RESTORE = "restore"
    """Network: put back what was read before."""
    TERMINATE = "terminate"
    """Network: end the service that the step made active."""
    REFUND = "refund"
    RESTORE_LIMIT = "restore_limit"
    UNSUBSCRIBE = "unsubscribe"
    """Billing: put back the monthly prices as they were before the step."""


@dataclass(frozen=True, slots=True)
class ActionRules:
    """What a step that does an action must state."""

    undoes: frozenset[UndoAction] = frozenset()
    """What can undo it; empty: nothing can."""
    has_effect: bool = True
    """False: it only reads, so nothing is to be undone."""
    is_state: bool = True
    """Doing it twice is doing it once, and the target shows it. False: only its key makes it once,
    and without one a lost answer stays in doubt."""
    needs_read: bool = False
    """Its undo puts back what a ``read`` of the same target found, so that must come before it."""


_RESTORE = frozenset({UndoAction.RESTORE})
_SETS = ActionRules(_RESTORE, needs_read=True)

ACTIONS: Mapping[TargetKind, Mapping[StepAction, ActionRules]] = {
    TargetKind.NETWORK: {
        StepAction.READ: ActionRules(has_effect=False),
        StepAction.SET: _SETS,
        StepAction.RESTART: ActionRules(is_state=False),
        StepAction.SWAP_SIM: _SETS,
        StepAction.DOWNLOAD_ESIM: ActionRules(is_state=False),
        StepAction.RELEASE_NUMBER: _SETS,
        StepAction.TAKE_NUMBER: _SETS,
        StepAction.ACTIVATE: ActionRules(frozenset({UndoAction.TERMINATE})),
        StepAction.TERMINATE: ActionRules(),
        StepAction.SUSPEND: ActionRules(),
        StepAction.RESUME: ActionRules(),
    },
    TargetKind.BILLING: {
        StepAction.CHECK_CREDIT: ActionRules(has_effect=False),
        StepAction.CHARGE: ActionRules(frozenset({UndoAction.REFUND}), is_state=False),
        StepAction.SET_LIMIT: ActionRules(frozenset({UndoAction.RESTORE_LIMIT})),
        StepAction.SUBSCRIBE: ActionRules(frozenset({UndoAction.UNSUBSCRIBE})),
        StepAction.FINAL_INVOICE: ActionRules(),
    },
}
"""By target, what a step may do there."""

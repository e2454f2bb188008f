"""Remedies: what would make a no a yes. Their texts are the messages ``remedy.CODE``."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RemedyCode(StrEnum):
    """A remedy: something that would give access. Alphabetical; may grow."""

    ACCOUNT_OPENED = "account_opened"
    ACT_TOGETHER = "act_together"
    BAR_LIFTED = "bar_lifted"
    COMPANY_EXISTS = "company_exists"
    CONDITIONS_READ = "conditions_read"
    FREEZE_LIFTED = "freeze_lifted"
    GIVEN_BY_NAME = "given_by_name"
    """The permission is in no role: who acts for the owner gives it, with a purpose."""
    LIQUIDATOR_ONLY = "liquidator_only"
    NAMED_IN_REGISTER = "named_in_register"
    NEW_GRANT = "new_grant"
    NEXT_ALIGNMENT = "next_alignment"
    NOTHING_COMPANY_DELETED = "nothing_company_deleted"
    NOTHING_LEGAL_FORM = "nothing_legal_form"
    OWNER_GIVES = "owner_gives"
    RECORD_MENDED = "record_mended"
    REGISTER_QUERIED = "register_queried"
    RIGHT_TO_ACT_ALONE = "right_to_act_alone"
    ROLE_THAT_REPRESENTS = "role_that_represents"
    ROLE_WITH_PERMISSION = "role_with_permission"
    TRUSTEE_ONLY = "trustee_only"
    WIDER_SCOPE = "wider_scope"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that would make it a yes."""

    code: RemedyCode
    facts: dict[str, Any] = field(default_factory=dict, hash=False)

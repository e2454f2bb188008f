"""Settings of approvals: acts that one person proposes and others confirm."""

from datetime import timedelta

from pydantic import Field

from domain.approvals.rules import FRESH_FOR, ApprovalRules, JointApproval
from settings.fields import Duration
from settings.process_bases import ZonedProcessSettings
from settings.sections import Section


class ApprovalSettings(Section):
    """Approvals: how long they wait for confirmations."""

    lapses_after: Duration = Field(
        timedelta(days=14),
        ge=timedelta(days=1),
        le=timedelta(days=60),
        description="How long an act that was proposed waits for confirmations.",
    )


class ConfirmationSettings(Section):
    """Confirmations: how recent the login of whoever confirms must be."""

    max_age: Duration = Field(
        FRESH_FOR,
        ge=timedelta(minutes=1),
        le=timedelta(hours=1),
        description="How long ago a person may have logged in who confirms something: by"
        " `auth_time`, see docs/identity.md.",
    )


class ApprovalProcessSettings(ZonedProcessSettings):
    """Settings of every process that handles approvals."""

    joint_approval: JointApproval = Field(
        JointApproval.FOUR_EYES,
        description="People who represent a company only together: `off`: what they want is"
        " refused; `four_eyes`: it is carried out when they have confirmed it and a mandate"
        " officer has looked at the company's groups in the register; `on`: without that look.",
    )
    approval: ApprovalSettings

    def approval_rules(self) -> ApprovalRules:
        """The domain's rules of approvals."""
        return ApprovalRules(self.joint_approval, self.approval.lapses_after, self.zone)

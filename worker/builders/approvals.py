"""Activities of feature ``approvals``; the one that asks the register is among the registry's."""

from activities.approvals.approval import ApprovalActivities
from domain.delegations.offer_rules import OfferRules
from settings.processes import WorkerSettings
from storage.approvals.concluding import Rules
from storage.database import Database
from worker.registration import ActivityCarrier


def approvals(settings: WorkerSettings, database: Database) -> list[ActivityCarrier]:
    """Build them."""
    return [ApprovalActivities(database, approval_rules(settings))]


def approval_rules(settings: WorkerSettings) -> Rules:
    """Return the rules that approvals, and what they carry out, are held to."""
    return Rules(settings.approval_rules(), OfferRules(settings.zone))

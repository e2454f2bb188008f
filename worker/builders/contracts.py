"""Activities of contracts."""

from activities.contracts.end import EndContractActivities
from activities.contracts.start import StartContractActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.registration import ActivityCarrier


def contracts(settings: WorkerSettings, database: Database) -> list[ActivityCarrier]:
    """Build the activities that start and end contracts."""
    return [
        StartContractActivities(database, settings.zone, settings.approval_rules().lapses_after),
        EndContractActivities(database, settings.zone),
    ]

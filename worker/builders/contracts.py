"""Activities of contracts."""

from activities.adapters.typst.renderer import TypstRenderer
from activities.contracts.confirm_end import ConfirmEndActivities
from activities.contracts.end import EndContractActivities
from activities.contracts.render import RenderContractActivities
from activities.contracts.start import StartContractActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.signing import sealer
from worker.registration import ActivityCarrier


def contracts(settings: WorkerSettings, database: Database) -> list[ActivityCarrier]:
    """Build the activities that start and end contracts."""
    agree_within = settings.approval_rules().lapses_after
    provider = settings.operator.provider()
    renderer = TypstRenderer()
    return [
        RenderContractActivities(
            database,
            renderer,
            provider,
            settings.zone,
            agree_within,
            sealer=sealer(settings.signatures),
        ),
        ConfirmEndActivities(database, renderer, provider, settings.zone),
        StartContractActivities(database, settings.zone),
        EndContractActivities(database, settings.zone),
    ]

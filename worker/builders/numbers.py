"""Activities of feature ``numbers``: codes by SMS, and the check of SIM changes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.adapters.camara_sim_swap import CamaraSimSwap, NoSimSwap, SimSwap
from activities.adapters.messente import Messente
from activities.numbers.send_code import CodeSettings
from activities.numbers.verification import (
    CheckSimSwapActivities,
    NumberVerificationActivities,
    SendCodeActivities,
)
from activities.provisioning.run_step import StepRunner
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.http import http_client
from worker.registration import ActivityCarrier


@contextmanager
def numbers(
    settings: WorkerSettings, database: Database, steps: StepRunner
) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients of their own, which are closed afterwards."""
    with ExitStack() as stack:
        code_settings = CodeSettings(settings.verification.code_key(), settings.portal.host)
        life = settings.verification.rules().life
        yield [
            NumberVerificationActivities(database),
            SendCodeActivities(steps, sms_gateway(settings, stack), code_settings, life),
            CheckSimSwapActivities(steps, sim_swap(settings, stack)),
        ]


def sms_gateway(settings: WorkerSettings, stack: ExitStack) -> Messente:
    """The operator's SMS gateway."""
    sms = settings.sms
    return Messente(
        stack.enter_context(http_client(sms.timeout, settings.target.slots)),
        str(sms.url),
        sms.credentials(),
        sender=sms.sender,
        reports_url=str(sms.reports_url) if sms.reports_url else None,
        timeout=sms.timeout,
    )


def sim_swap(settings: WorkerSettings, stack: ExitStack) -> SimSwap:
    """The operator's check of SIM changes, if the settings name one."""
    sims = settings.sim_swap
    if sims.url is None:
        return NoSimSwap()
    http = stack.enter_context(http_client(sims.timeout, settings.target.slots))
    return CamaraSimSwap(http, str(sims.url), sims.token, hours=sims.hours)

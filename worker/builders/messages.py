"""Activities of feature ``messages``: notices by SMS."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.messages.notice_sms import NoticeSmsActivities, SendNoticeActivities
from activities.provisioning.run_step import StepRunner
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.numbers import sms_gateway
from worker.registration import ActivityCarrier


@contextmanager
def messages(
    settings: WorkerSettings, database: Database, steps: StepRunner
) -> Iterator[list[ActivityCarrier]]:
    """Build them over a client of their own, which is closed afterwards."""
    with ExitStack() as stack:
        yield [
            NoticeSmsActivities(database, settings.notice.quiet_hours(settings.zone)),
            SendNoticeActivities(steps, sms_gateway(settings, stack), settings.portal.host),
        ]

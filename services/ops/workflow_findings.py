"""What was found of a process's workflow, written down: listed, or no longer."""

import structlog
from prometheus_client import Counter

from services.ops.workflow_health import Examined
from storage.database import Database
from storage.ops import workflow_problems
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

FOUND = Counter(
    "volitus_reconciliation_findings", "Processes found not to go on, when first seen.", ["reason"]
)


def is_news(examined: Examined, *, is_listed: bool) -> bool:
    """Whether there is anything to write down of a process, which is listed or not."""
    return examined.finding is not None or (examined.well and is_listed)


def note(database: Database, process: Process, examined: Examined) -> None:
    """Write down how a process was found."""
    if examined.finding is None:
        with database.transaction() as session:
            workflow_problems.well(session, process.id)
        return
    with database.transaction() as session:
        news = workflow_problems.open_(session, process, examined.finding)
    if news:
        FOUND.labels(examined.finding.code).inc()
        log.warning(
            "workflow_problem_found",
            workflow_id=process.workflow_id,
            reason=examined.finding.code,
            detail=examined.finding.detail,
        )

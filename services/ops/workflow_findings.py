"""Record what a comparison found: a process is listed as broken, or no longer."""

import structlog
from prometheus_client import Counter

from services.ops.workflow_health import Examined
from storage.database import Session
from storage.ops import workflow_problems
from storage.processes.process_queries import Process

log = structlog.get_logger(__name__)

FOUND = Counter(
    "volitus_reconciliation_findings", "Processes newly found to be broken.", ["reason"]
)


def is_news(examined: Examined, *, is_listed: bool) -> bool:
    """Return whether a process has anything to record, given whether it is listed."""
    return examined.finding is not None or (examined.runs and is_listed)


def record(session: Session, process: Process, examined: Examined) -> None:
    """List the process as broken, or close its item where its workflow runs."""
    finding = examined.finding
    if finding is None:
        workflow_problems.resolve(session, process.id)
    elif workflow_problems.report(session, process, finding):
        FOUND.labels(finding.code).inc()
        log.warning(
            "workflow_problem_found",
            workflow_id=process.workflow_id,
            reason=finding.code,
            detail=finding.detail,
        )

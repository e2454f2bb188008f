"""Links to Temporal's own UI."""

from urllib.parse import quote

from pydantic import HttpUrl


def workflow_url(namespace: HttpUrl | None, workflow_id: str) -> str | None:
    """Return the address of a workflow; None where nobody said where the namespace is shown."""
    if namespace is None:
        return None
    return f"{str(namespace).rstrip('/')}/workflows/{quote(workflow_id, safe='')}"

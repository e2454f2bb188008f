"""Links of the console: only to what the API says that this member of staff may call."""

from collections.abc import Callable, Sequence

from web.theme.frame import NavLink

_PAGES: tuple[tuple[str, str, str | None], ...] = (
    ("overview", "/console", None),
    ("stuck", "/console/stuck", "listStuckItems"),
    ("targets", "/console/targets", "listTargets"),
    ("sync", "/console/sync", "listSyncRuns"),
    ("rejected", "/console/rejected", "listRejectedRecords"),
    ("drift", "/console/drift", "listDrift"),
    ("number_blocks", "/console/number-blocks", "listNumberBlocks"),
    ("freezes", "/console/freezes", "listFreezes"),
    ("mandates", "/console/mandates", "listMandates"),
    ("payments", "/console/payments", "listOpsPayments"),
    ("support", "/console/support", "searchPeople"),
    ("audit", "/console/audit", "searchEvents"),
)
"""Name, path, and the operation without which there is nothing on the page."""
_BESIDE = {"payments": ("/console/bank-entries",)}
"""Further paths that a link stands for."""


def console_links(
    path: str, text: Callable[[str], str], may: Callable[[str], bool]
) -> Sequence[NavLink]:
    """Return the links of the pages for staff."""
    here = path.partition("?")[0]
    return [
        NavLink(each, text(f"page.console.nav.{name}"), _is_on(here, each, *_BESIDE.get(name, ())))
        for name, each, operation in _PAGES
        if operation is None or may(operation)
    ]


def _is_on(here: str, *pages: str) -> bool:
    return any(
        here == page or (page != "/console" and here.startswith(f"{page}/")) for page in pages
    )

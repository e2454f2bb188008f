"""Every page of the console: who is refused, and what is in no address, title or log."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from api.auth.principals import StaffRole
from tests.builders.audited import happened
from tests.builders.delegations import OFFICE
from tests.builders.people import JAAN, MARI
from tests.builders.rows import rows
from tests.builders.stuck_items import BUSY, services, stick
from tests.fixtures.pages_site import PagesSite
from web.app import FOR_STAFF

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
FILLED = {"decision": "retry", "act": "reject", "name": "sms", "event_id": "1"}
OTHERS = {
    StaffRole.SUPPORT: (
        *("stuck", "targets", "rejected", "sync", "drift"),
        *("audit/verification", "audit/export"),
    ),
    StaffRole.MANDATE_OFFICER: (
        *("stuck", "targets", "rejected", "sync", "drift", "audit"),
        *("support/people", "support/accounts", "freezes"),
    ),
}
"""Beginnings of pages that are for others than this role."""
LINK = re.compile(r'(?:href|action|hx-get)="([^"]*)"')
MOST_PAGES = 80


def every(method: str) -> Iterator[str]:
    """Yield the path of each page, with ids of nothing."""
    for router in FOR_STAFF:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            if method in (route.methods or ()):
                names = [each.name for each in route.dependant.path_params]
                ids = {name: FILLED.get(name, str(UUID(int=7))) for name in names}
                yield f"/et{route.path.format(**ids)}"


async def test_page_17_customers_and_staff_without_a_role_get_no_page_of_the_console(
    site: PagesSite,
) -> None:
    happened(site.front)
    async with site.client_of_staff() as nobody, site.client_of(MARI) as customer:
        shown = [path for path in every("GET") if (await nobody.get(path)).status_code == 200]
        logins = {(await customer.get(path)).headers.get("location") for path in every("GET")}
        before = rows(site.front.database, "SELECT count(*) AS number FROM event")
        for path in every("POST"):
            body = {"reason": "because", "who": JAAN.code, "format": "csv"}
            await nobody.post(path, data=body, headers=SAME_SITE)
            await customer.post(path, data=body, headers=SAME_SITE)
        after = rows(site.front.database, "SELECT count(*) AS number FROM event")

    assert shown == []
    assert all(login and "/login" in login for login in logins)
    assert before == after


@pytest.mark.parametrize("role", OTHERS)
async def test_page_17_a_role_is_refused_the_pages_of_others(
    site: PagesSite, role: StaffRole
) -> None:
    happened(site.front)
    beginnings = tuple(f"/et/console/{each}" for each in OTHERS[role])
    async with site.client_of_staff(role) as client:
        asked = [path for path in every("GET") if path.startswith(beginnings)]
        found = {path: (await client.get(path)).status_code for path in asked}
        home = await client.get("/et/console")

    assert found
    assert {path: status for path, status in found.items() if status not in {303, 403, 404}} == {}
    links = re.findall(r'<a [^>]*href="(/et/console/[^"]*)"', home.text)
    assert [link for link in links if link.startswith(beginnings)] == []


async def test_page_17_no_personal_code_is_in_an_address_a_title_or_a_log(
    site: PagesSite, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    jaan = happened(site.front)
    stick(site.front.database, services(site.front.database, 1)[0], BUSY)
    people = f"/et/console/support/people/{jaan}"
    ahead = ["/et/console", people, f"/et/console/support/accounts/{OFFICE.id}"]
    seen: set[str] = set()
    titles = []
    async with site.client_of_staff(StaffRole.OPS, StaffRole.MANDATE_OFFICER) as client:
        while ahead and len(seen) < MOST_PAGES:
            path = ahead.pop(0)
            if path in seen:
                continue
            seen.add(path)
            answer = await client.get(path)
            assert answer.status_code in {200, 303, 404, 405, 422, 503}  # billing is down, path
            titles.append(answer.text.partition("<title>")[2].partition("</title>")[0])
            found = [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
            ahead += [link for link in found if link.startswith("/et/console")]
        for path in ("/et/console/support", "/et/console/audit", "/et/console/mandates/find"):
            sent = await client.post(path, data={"who": JAAN.code}, headers=SAME_SITE)
            ahead.append(sent.headers.get("location", ""))

    assert len(seen) > 30
    said = "\n".join([*seen, *ahead, *titles, caplog.text, capsys.readouterr().out])
    for person in (JAAN, MARI):
        assert person.code not in said
    addresses = "\n".join([*seen, *ahead]).lower()
    assert re.search("tamm|maasikas", addresses) is None

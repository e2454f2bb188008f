"""Who would lose what by a held run: listed with names, searched, page by page."""

from uuid import uuid4

from domain.reasons import Reason
from domain.registry.sync import PreviewedGrant, PreviewedGrants, SyncPreview, SyncSource
from storage.registry import sync_decisions, sync_runs
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put
from tests.clients.api_client import OPS, Front

COMPANY = account(KUUSK, 1, name="Kontor")
NAMES = {MARI: "Mari Žukov", JAAN: "Jaan Õun", TIIU: "Tiiu Kask"}
WHY = Reason("not_in_register", "The register does not name this person")


def hold(front: Front) -> str:
    """Hold a run that would end three grants; returns its path."""
    put(front.database, COMPANY)
    grants = []
    for person, name in NAMES.items():
        id_ = front.id_of(person)
        grants.append(PreviewedGrant(COMPANY.id, id_, "administrator", WHY.as_json()))
        named = "UPDATE person SET name = :name WHERE id = :id"
        carry_out(front.database, named, name=name, id=id_)
    preview = SyncPreview(9, ending=PreviewedGrants(3, tuple(grants)), starting=PreviewedGrants(0))
    with front.database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, "1")
        sync_decisions.hold(session, run_id, preview, WHY)
    return f"/v1/sync/runs/{run_id}/preview/search"


async def test_page_13_who_would_lose_what_is_listed_page_by_page(front: Front) -> None:
    path = hold(front)

    first = (await front.post(f"{path}?limit=2", OPS, {"effect": "ending"})).json()
    next_page = f"{path}?limit=2&after={first['next']}"
    second = (await front.post(next_page, OPS, {"effect": "ending"})).json()
    starting = (await front.post(path, OPS, {"effect": "starting"})).json()

    listed = [*first["items"], *second["items"]]
    assert [each["person_name"] for each in listed] == list(NAMES.values())
    assert {each["account_name"] for each in listed} == {"Kontor"}
    assert {each["company_code"] for each in listed} == {KUUSK.code}
    assert listed[0]["reason"]["code"] == WHY.code
    assert second["next"] is None
    assert starting["items"] == []


async def test_page_13_who_would_lose_what_is_searched(front: Front) -> None:
    path = hold(front)

    async def found(words: str) -> list[str]:
        body = {"effect": "ending", "words": words}
        items = (await front.post(path, OPS, body)).json()["items"]
        return [each["person_name"] for each in items]

    assert await found("ŽUKOV") == ["Mari Žukov"]
    assert await found("õun") == ["Jaan Õun"]
    assert len(await found("kontor")) == len(await found(KUUSK.code[:4])) == 3
    assert await found("nobody") == []


async def test_a_run_that_is_not_there_is_not_found(front: Front) -> None:
    answer = await front.post(f"/v1/sync/runs/{uuid4()}/preview/search", OPS, {"effect": "ending"})

    assert answer.status_code == 404

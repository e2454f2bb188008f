"""The register's file: read, compared with the last, and access made to follow."""

import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from domain.registry.sync import SyncSource
from tests.builders.people import JAAN, KATI, MARI, TOOMAS, listed
from tests.clients.register_client import published
from tests.fixtures.engine import Engine, Held
from tests.oracles.entitlements import entitled

CODE, OTHER = "19000014", "19000020"


async def test_the_first_file_gives_exactly_the_access_of_the_register(engine: Engine) -> None:
    jointly = [listed(MARI, sole=False), listed(JAAN, sole=False), listed(KATI)]
    engine.register.put(CODE, holders=jointly, groups=[[MARI.code, JAAN.code]])
    engine.register.put(OTHER, holders=[listed(TOOMAS, sole=False)], conditions="Küsi juhatuselt")
    engine.take_on(engine.codes())

    run = await engine.sync(SyncSource.FILE)

    assert run.state == "finished"
    assert engine.grants() == entitled(engine.companies())
    assert {held for held in engine.grants() if held.company == CODE} == {
        Held(CODE, MARI.code, "joint_representative"),
        Held(CODE, JAAN.code, "joint_representative"),
        Held(CODE, KATI.code, "administrator"),
    }
    assert run.counts["started"] == len(engine.grants())
    assert run.counts["companies"] == run.counts["answered"] == len(engine.codes())


async def test_only_customers_are_queried_about(engine: Engine) -> None:
    customers = engine.codes()[:10]
    engine.take_on(customers)

    run = await engine.sync(SyncSource.FILE)

    assert (run.counts["appeared"], run.counts["to_query"]) == (60, 10)
    assert engine.queries() == 10
    assert engine.grants() == entitled(c for c in engine.companies() if c["code"] in customers)


async def test_the_same_file_again_is_recognised(engine: Engine) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    engine.forget_queries()

    run = await engine.sync(SyncSource.FILE)

    assert run.state == "unchanged"
    assert (engine.queries(), engine.queries("open_data_304")) == (0, 1)


async def test_the_next_day_only_changed_customers_are_queried_about(engine: Engine) -> None:
    customers = set(engine.codes()[:50])
    engine.take_on(sorted(customers))
    await engine.sync(SyncSource.FILE)
    engine.forget_queries()
    news = engine.register.control("POST", "/next-day", {"seed": 4, "share": 0.2})

    run = await engine.sync(SyncSource.FILE)

    # A new surname does not change who may act.
    changed = {each["code"] for each in news if each["what"] != "renamed"}
    assert run.counts["to_query"] == engine.queries() == len(changed & customers)
    assert 0 < run.counts["to_query"] < run.counts["changed"] + run.counts["vanished"]
    assert engine.grants() == entitled(c for c in engine.companies() if c["code"] in customers)


async def test_a_person_no_longer_in_the_register_loses_access_for_that_reason(
    engine: Engine,
) -> None:
    engine.register.put(CODE, holders=[MARI, JAAN])
    engine.register.put(OTHER, holders=[KATI])
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    engine.register.control("DELETE", f"/companies/{CODE}/holders", {"code": MARI.code})
    engine.register.put(OTHER, status="K")

    run = await engine.sync(SyncSource.FILE)

    assert (run.state, run.counts["ended"], run.counts["started"]) == ("finished", 2, 0)
    assert engine.ended_reasons() == {"not_in_register": 1, "company_deleted": 1}
    assert Held(CODE, JAAN.code, "administrator") in engine.grants()


async def test_a_new_surname_a_new_row_and_another_role_change_no_access(engine: Engine) -> None:
    engine.register.put(CODE, holders=[MARI])
    engine.take_on([CODE])
    await engine.sync(SyncSource.FILE)
    engine.register.put(CODE, holders=[listed(MARI, name="Vaarikas", role="PROK")])

    await engine.sync(SyncSource.FILE)

    (grant,) = engine.rows("SELECT reason, upper_inf(validity) AS open FROM access_grant")
    assert (grant.open, grant.reason["facts"]["role"]) == (True, "PROK")
    assert [row.name for row in engine.rows("SELECT name FROM person")] == ["Mari Vaarikas"]


async def test_a_truncated_file_ends_nothing(engine: Engine) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    held = engine.grants()
    engine.register.control("POST", "/next-day", {"share": 0.5})
    engine.register.fault("open_data", "truncated_file", times=1)

    refused = await engine.sync(SyncSource.FILE)

    assert (refused.state, refused.reason["code"]) == ("refused", "file_damaged")
    assert engine.grants() == held
    assert [
        e.kind for e in engine.rows("SELECT kind FROM event WHERE subject_id = :id", id=refused.id)
    ] == ["sync:refused"]


async def test_fault_15_a_maintenance_page_is_waited_out(engine: Engine) -> None:
    engine.take_on(engine.codes()[:5])
    engine.register.fault("open_data", "page", times=2)

    run = await engine.sync(SyncSource.FILE)

    assert (run.state, run.counts["companies"], engine.rejected()) == ("finished", 60, set())
    assert engine.grants()


async def test_the_next_complete_file_replaces_a_truncated_one(engine: Engine) -> None:
    engine.take_on(engine.codes()[:5])
    engine.register.fault("open_data", "truncated_file", times=1)
    await engine.sync(SyncSource.FILE)

    run = await engine.sync(SyncSource.FILE)

    assert run.state == "finished"
    assert engine.grants()


async def test_a_file_of_too_few_companies_is_refused(engine: Engine) -> None:
    engine.take_on(engine.codes())
    await engine.sync(SyncSource.FILE)
    held = engine.grants()
    engine.register.fault("open_data", "short_file", times=1)

    refused = await engine.sync(SyncSource.FILE)

    assert (refused.state, refused.reason["code"]) == ("refused", "file_too_short")
    assert engine.grants() == held


async def test_an_empty_file_is_refused_even_as_the_first(engine: Engine) -> None:
    engine.register.fault("open_data", "empty_answer", times=1)

    refused = await engine.sync(SyncSource.FILE)

    assert (refused.state, refused.reason["code"]) == ("refused", "file_too_short")


async def test_a_bad_record_is_rejected_until_it_is_readable(
    engine: Engine, tmp_path: Path
) -> None:
    bad, *good = engine.codes()
    engine.take_on([bad, *good])
    await engine.sync(SyncSource.FILE)
    held = engine.grants()
    news = engine.register.control("POST", "/next-day", {"seed": 2, "share": 0.2})
    spoil_record(engine, tmp_path / "register", bad)

    first = await engine.sync(SyncSource.FILE)
    rejected = engine.rejected()
    engine.register.put(CODE, holders=[MARI])
    second = await engine.sync(SyncSource.FILE)

    assert (first.state, first.counts["rejected"], rejected) == (
        "finished",
        1,
        {(bad, "record_unreadable")},
    )
    assert first.counts["to_query"] > 0
    assert bad not in {each["code"] for each in news}
    assert {each for each in held if each.company == bad} <= engine.grants()
    assert (second.state, second.counts["rejected"], engine.rejected()) == ("finished", 0, set())


def spoil_record(engine: Engine, folder: Path, code: str) -> None:
    """Put something unreadable into the published file, where this company's holders were."""
    engine.register.records()  # publishes it
    file = published(folder)
    with ZipFile(file) as archive:
        (name,) = archive.namelist()
        records = json.loads(archive.read(name))
    for record in records:
        if str(record["ariregistri_kood"]) == code:
            record["kaardile_kantud_isikud"] = "?"
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, json.dumps(records, indent=4))

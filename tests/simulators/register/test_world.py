from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from stdnum.ee import ik, registrikood
from stdnum.fi import hetu
from stdnum.lt import asmens
from stdnum.lv import pvn

from simulators.register.codes import birth_and_serial, personal_code
from simulators.register.days import next_day
from simulators.register.files import first_companies, news_of, registry_codes, world_on
from simulators.register.generator import CANARY_CODE
from simulators.register.world import World

DAY = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("country", "validate"),
    [
        pytest.param("EST", ik.validate, id="estonian"),
        pytest.param("FIN", hetu.validate, id="finnish"),
        pytest.param("LVA", pvn.validate, id="latvian"),
        pytest.param("LTU", asmens.validate, id="lithuanian"),
    ],
)
@pytest.mark.parametrize("born", [date(1940, 1, 1), date(1999, 12, 31), date(2005, 12, 31)])
@pytest.mark.parametrize("serial", [2, 899])
def test_codes_are_valid_and_can_be_read_back(
    country: str, validate: Callable[[str], str], born: date, serial: int
) -> None:
    code = personal_code(country, born, serial)

    assert validate(code)
    assert birth_and_serial(country, code) == (born, serial)


def test_every_company_and_person_has_a_valid_code_of_a_likely_age() -> None:
    companies = list(World(2_000, 1).companies())

    assert len({company.code for company in companies}) == 2_000
    assert all(registrikood.is_valid(company.code) for company in companies)
    people = [holder.person for company in companies for holder in company.holders]
    estonian = [p for p in people if p.kind == "F" and p.country == "EST"]
    assert all(ik.is_valid(person.code) for person in estonian)
    assert all(1940 <= ik.get_birth_date(person.code).year <= 2005 for person in estonian)


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    first, again, other = (list(World(300, seed).companies()) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_the_proportions_are_the_registers() -> None:
    companies = list(World(6_000, 1).companies())

    holders = [holder for company in companies for holder in company.holders]
    roles = Counter(holder.role for holder in holders)
    kinds = Counter(holder.person.kind for holder in holders)
    nameless = [h for h in holders if h.person.kind == "F" and not h.person.code]
    assert len(holders) / len(companies) == pytest.approx(1.39, abs=0.05)
    assert roles["JUHL"] / len(holders) == pytest.approx(0.857, abs=0.03)
    assert kinds["J"] / len(holders) == pytest.approx(0.051, abs=0.02)
    assert len(nameless) / len(holders) == pytest.approx(0.017, abs=0.01)
    assert 0.01 < sum(bool(company.conditions) for company in companies) / len(companies) < 0.05
    assert any(company.groups for company in companies)
    assert any(company.conditions and not company.groups for company in companies)
    assert {company.status for company in companies} == {"R", "L", "N"}


def test_people_are_found_in_every_company_where_they_are_holders() -> None:
    world = World(400, 3)
    expected: dict[tuple[str, str], set[str]] = {}
    for company in world.companies():
        for holder in company.holders:
            if holder.person.kind == "F" and holder.person.key is not None:
                expected.setdefault(holder.person.key, set()).add(company.code)

    found = {key: {c.code for c in world.companies_of(*key)} for key in expected}

    assert found == expected
    assert max(len(codes) for codes in expected.values()) > 2


@pytest.mark.parametrize("code", ["39002102733", "", "x", "00000000000", "38001085718"])
def test_a_stranger_is_a_holder_nowhere(code: str) -> None:
    assert World(400, 3).companies_of("EST", code) == []


def test_the_canary_is_there_and_stays() -> None:
    world = World(20, 1)

    next_day(world, 1, DAY, share=1.0)

    canary = world.company(CANARY_CODE)
    assert canary is not None
    assert (canary.form, canary.status) == ("TRAS", "R")
    assert [holder.role for holder in canary.holders] == ["ASES", "KOAS"]


def test_a_day_changes_the_same_few_companies_every_time() -> None:
    news, again = news_of(4_000, 1), news_of(4_000, 1)

    assert news == again
    assert len(news) == 12
    assert news_of(4_000, 1, day=2) != news


def test_a_days_changes_are_in_the_change_list() -> None:
    before, after = World(600, 1), World(600, 1)

    news = next_day(after, 5, DAY, share=0.5)

    assert {each.what for each in news} == {
        "removed", "added", "replaced", "bound", "renamed", "deleted", "founded",
    }  # fmt: skip
    for each in news:
        old, new = before.company(each.code), after.company(each.code)
        assert new is not None
        assert (old is None) == (each.what == "founded")
        if old is None:
            continue
        assert new.entry_nr == old.entry_nr + 1
        was, now = ({(h.person.key, h.role) for h in c.holders} for c in (old, new))
        assert {
            "removed": now < was,
            "added": now > was,
            "replaced": now != was,
            "bound": bool(new.conditions),
            "renamed": now == was and new.holders != old.holders,
            "deleted": new.status == "K" and not new.holders,
        }[each.what], each.what


def test_a_new_surname_is_the_same_person_in_a_new_row() -> None:
    before, after = World(600, 1), World(600, 1)
    news = next_day(after, 5, DAY, share=0.5)

    code = next(each.code for each in news if each.what == "renamed")

    old, new = before.company(code), after.company(code)
    assert old is not None
    assert new is not None
    (gone,) = set(old.holders) - set(new.holders)
    (come,) = set(new.holders) - set(old.holders)
    assert gone.person.key == come.person.key
    assert gone.row_id != come.row_id
    assert gone.person.name != come.person.name


def test_codes_and_first_companies_are_known_without_the_whole_world() -> None:
    companies = first_companies(375_000, 1, 50)

    codes = registry_codes(375_000, 1)

    assert [next(codes) for _ in companies] == [company.code for company in companies]


def test_two_days_later_both_days_have_happened() -> None:
    world = world_on(2_000, 1, day=2)

    assert len({entry.day for entry in world.entries}) == 2

"""docs/data.md says what the code says."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from domain.identifiers import InvalidIdentifier, PersonKey
from domain.people.erasure import NO_COUNTRY, OBSTACLES, ErasureGround, Obstacle, pseudonym_of
from domain.people.held_data import as_markdown

PAGE = (Path(__file__).parents[3] / "docs" / "data.md").read_text()


def test_fault_23_the_page_has_every_table_as_the_code_describes_it() -> None:
    table = "\n".join(as_markdown())

    assert table in PAGE, "copy what `volitus people tables` prints into docs/data.md"


def test_fault_23_the_page_names_every_ground_and_obstacle() -> None:
    for code in (*ErasureGround, *Obstacle):
        assert f"`{code}`" in PAGE
    assert set(OBSTACLES) == set(Obstacle)


def test_fault_23_no_personal_code_can_equal_a_pseudonym() -> None:
    pseudonym = pseudonym_of(uuid4())

    with pytest.raises(InvalidIdentifier):
        PersonKey.of(pseudonym.country, pseudonym.code, today=date(2026, 8, 1))
    with pytest.raises(InvalidIdentifier):
        PersonKey.from_subject(f"{NO_COUNTRY}{pseudonym.code}", today=date(2026, 8, 1))

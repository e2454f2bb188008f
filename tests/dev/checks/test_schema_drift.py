"""Definitions that a migrated database and the models do not share are reported."""

import pytest
from sqlalchemy import NullPool, create_engine, text

from dev.checks.schema_drift import definitions, drift, make_from_models
from tests.fixtures.roles import as_owner
from tests.fixtures.servers import Databases

_TARGETS = "ALTER TABLE target DROP CONSTRAINT ck_target_state"


@pytest.fixture(scope="module")
def modelled(databases: Databases) -> dict[str, str]:
    """Definitions made from the models."""
    with databases.fresh() as url:
        make_from_models(as_owner(url))
        return dict(definitions(url))


def test_the_migrations_give_what_the_models_define(
    database_url: str, modelled: dict[str, str]
) -> None:
    migrated = definitions(database_url)

    assert list(drift(migrated, modelled)) == []
    assert "target: ck_target_state" in migrated


@pytest.mark.parametrize(
    "change",
    [
        pytest.param([_TARGETS], id="check-dropped"),
        pytest.param(
            [_TARGETS, "ALTER TABLE target ADD CONSTRAINT ck_target_state CHECK (state <> '')"],
            id="check-with-other-members",
        ),
        pytest.param(["ALTER TABLE target ADD CONSTRAINT ck_more CHECK (true)"], id="check-added"),
        pytest.param(["CREATE INDEX ix_more ON target (name) WHERE true"], id="index-added"),
    ],
)
def test_a_definition_of_its_own_is_reported(
    databases: Databases, modelled: dict[str, str], change: list[str]
) -> None:
    with databases.fresh() as url:
        with create_engine(as_owner(url), poolclass=NullPool).begin() as connection:
            for statement in change:
                connection.execute(text(statement))
        (found,) = drift(definitions(url), modelled)

    assert found.startswith("target: ")
    assert "migrated: " in found
    assert "models: " in found

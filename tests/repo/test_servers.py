from sqlalchemy import NullPool, create_engine, text
from temporalio.client import Client

from storage import schema_version
from tests.fixtures.roles import as_owner
from tests.fixtures.servers import Databases


def test_each_test_has_a_migrated_database(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)

    with engine.connect() as connection:
        assert schema_version.is_current(connection)


def test_a_fresh_database_knows_nothing_of_another(databases: Databases) -> None:
    with databases.fresh() as one, databases.fresh() as other:
        with create_engine(as_owner(one), poolclass=NullPool).begin() as connection:
            connection.execute(text("CREATE TABLE mark (x int)"))

        with create_engine(other, poolclass=NullPool).connect() as connection:
            assert connection.execute(text("SELECT to_regclass('mark')")).scalar() is None


async def test_the_temporal_server_answers(temporal_address: str) -> None:
    client = await Client.connect(temporal_address)

    assert await client.service_client.check_health()

from structlog.testing import capture_logs

from services.database_role import warn_of_power
from storage.database import Database
from tests.fixtures.ports import free_port
from tests.fixtures.roles import as_owner


async def test_fault_20_a_process_that_could_rewrite_history_says_so_at_its_start(
    database_url: str,
) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere"
    with capture_logs() as lines:
        for url in (database_url, as_owner(database_url), nowhere):
            database = Database(url)
            await warn_of_power(database)
            database.close()

    (line,) = lines
    assert (line["event"], line["log_level"]) == ("database_role_too_powerful", "warning")
    assert line["role"] == "volitus_test_owner"
    assert "change_history" in line["may"]

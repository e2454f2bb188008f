"""The known options of a database's URL are those that libpq takes."""

from psycopg import pq

from settings.database_options import KNOWN_OPTIONS


def test_every_option_of_the_installed_libpq_is_known() -> None:
    options = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}

    assert options - KNOWN_OPTIONS == set()

"""Sort keys as the database makes them: the same as the rule says, whoever writes a name."""

from sqlalchemy import text

from domain.sort_keys import sort_key
from storage.database import Database
from tests.builders.rows import carry_out, rows

_NAMES = [chr(code) for code in range(0x20, 0x500) if chr(code).isprintable()]
_NAMES += ["  Öö ja Päev  ", "AS 'Kask' \"Pähkel\"", "Ça & Ñu", "ЁЖ ёж", "", "O’Neil-Žukov"]


def test_page_4_the_database_makes_the_key_of_the_rule(database: Database) -> None:
    with database.transaction() as session:
        for number, name in enumerate(_NAMES):
            session.execute(
                text("INSERT INTO company (id, country, code, name)"
                " VALUES (gen_random_uuid(), 'EE', :code, :name)"),
                {"code": str(number), "name": name},
            )  # fmt: skip

    made = {row.name: row.sort_key for row in rows(database, "SELECT name, sort_key FROM company")}

    assert made == {name: sort_key(name) for name in _NAMES}


def test_page_4_the_database_sorts_keys_as_python_does(database: Database) -> None:
    test_page_4_the_database_makes_the_key_of_the_rule(database)

    listed = [
        row.sort_key
        for row in rows(database, "SELECT sort_key FROM company ORDER BY sort_key, code")
    ]

    assert listed == sorted(map(sort_key, _NAMES))


def test_a_name_that_changes_gets_another_key(database: Database) -> None:
    test_page_4_the_database_makes_the_key_of_the_rule(database)

    carry_out(database, "UPDATE company SET name = 'Žurnaal' WHERE code = '0'")

    (row,) = rows(database, "SELECT sort_key FROM company WHERE code = '0'")
    assert row.sort_key == sort_key("žurnaal")

"""Everyone who has a name in a test. Also what the guards look for where no name may be."""

from typing import Any

from simulators.register import names

MARI = {"first_name": "Mari", "name": "Maasikas", "code": "47101010033"}
JAAN = {"first_name": "Jaan", "name": "Jõhvikas", "code": "38001085718"}
KATI = {"first_name": "Kati", "name": "Kibuvits", "code": "48502032768"}
TOOMAS = {"first_name": "Toomas", "name": "Tuulik", "code": "39104210248"}
UNO: dict[str, Any] = {"first_name": "Uno", "name": "Ubakas", "code": "50012310218"}

_WORDS = (
    *names.MEN,
    *names.WOMEN,
    *names.SURNAMES,
    *names.RUSSIAN_MEN,
    *names.RUSSIAN_WOMEN,
    *names.RUSSIAN_STEMS,
    *(stem + "a" for stem in names.RUSSIAN_STEMS),
    *(word for firsts, lasts in names.FOREIGN.values() for word in (*firsts, *lasts)),
    *(
        word
        for person in (MARI, JAAN, KATI, TOOMAS, UNO)
        for word in (person["first_name"], person["name"])
    ),
)
NAMES = frozenset(_WORDS)
"""First names and surnames of the simulated register and of the tests."""

"""The people of the tests, and the personal data that leak guards search for."""

from datetime import date
from typing import Any, NamedTuple

from stdnum.ee.ik import calc_check_digit

from domain.identifiers import PersonKey
from simulators.register import names

_TODAY = date(2026, 8, 1)


class _Name(NamedTuple):
    first: str
    last: str


def estonian(code: str) -> PersonKey:
    """The key of an Estonian with this valid code."""
    return PersonKey.of("EE", code, today=_TODAY)


def person(number: int) -> PersonKey:
    """An Estonian without a name; each number is somebody else."""
    code = f"3800108{number:03d}"
    return estonian(code + calc_check_digit(code + "0"))


MARI = estonian("47101010033")
JAAN = estonian("38001085718")
TIIU = estonian("49402040279")
PEETER = estonian("50012310218")
KATI = estonian("48502032768")
TOOMAS = estonian("39104210248")
ANNA = estonian("60001019906")
_NAMES = {
    MARI: _Name("Mari", "Maasikas"),
    JAAN: _Name("Jaan", "Jõhvikas"),
    TIIU: _Name("Tiiu", "Tuhkpuu"),
    PEETER: _Name("Peeter", "Pihlakas"),
    KATI: _Name("Kati", "Kibuvits"),
    TOOMAS: _Name("Toomas", "Tuulik"),
    ANNA: _Name("Anna", "Astelpaju"),
}


def listed(who: PersonKey, **more: Any) -> dict[str, Any]:
    """A person as a holder in the simulated register: ``listed(MARI, role="PROK")``."""
    first, last = _NAMES[who]
    return {"first_name": first, "name": last, "code": who.code} | more


_WORDS = (
    *names.MEN,
    *names.WOMEN,
    *names.SURNAMES,
    *names.RUSSIAN_MEN,
    *names.RUSSIAN_WOMEN,
    *names.RUSSIAN_STEMS,
    *(stem + "a" for stem in names.RUSSIAN_STEMS),
    *(word for firsts, lasts in names.FOREIGN.values() for word in (*firsts, *lasts)),
    *(word for name in _NAMES.values() for word in name),
)
NAMES = frozenset(_WORDS)
"""First names and surnames of the simulated register and of the tests."""

"""Names of SK's published test people. Anybody else is called TEST NUMBER."""

_NAMES = {
    "60001019906": ("MARY ÄNN", "O’CONNEŽ-ŠUSLIK TESTNUMBER"),  # noqa: RUF001
    "60001017869": ("EID2016", "TESTNUMBER"),
    "51307149560": ("EID2021", "TESTNUMBER"),
    "60001018800": ("BOD", "TESTNUMBER"),
    "40504040001": ("OK", "TESTNUMBER"),
    "50001029996": ("OTHER", "TESTNUMBER"),
    "39901012239": ("SECOND", "TESTNUMBER"),
}


def name_of(code: str) -> tuple[str, str]:
    """Return the given name and the surname in certificates of this person."""
    return _NAMES.get(code, ("TEST", "NUMBER"))

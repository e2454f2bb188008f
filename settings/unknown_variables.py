"""Variables with our prefix that no process reads: misspelled ones, most likely."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from settings.processes import PROCESSES
from settings.sections import PREFIX, settings_of
from settings.sources import SECRETS_DIR

_DEV = f"{PREFIX}DEV_"
"""Variables of `make run`; docs/development.md lists them."""


@dataclass(frozen=True, slots=True)
class UnknownVariable:
    """A variable that nothing reads."""

    name: str
    similar: str | None
    """The variable that was meant, if one is spelled much like it."""


def unknown_variables(environ: Mapping[str, str]) -> list[UnknownVariable]:
    """Return the variables of ``environ`` that no process reads, by name.

    What another process reads is known: deployments share files of settings.
    """
    known = {
        name for kind in PROCESSES.values() for each in settings_of(kind) for name in each.variables
    }
    known |= {SECRETS_DIR}
    files = {f"{name}_FILE" for name in known}
    unread = (name for name in environ if name.startswith(PREFIX) and name not in known | files)
    return [
        UnknownVariable(name, next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None))
        for name in sorted(unread)
        if not name.startswith(_DEV)
    ]

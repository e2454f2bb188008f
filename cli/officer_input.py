"""Documents of mandate officers: what a paper gives, and how a signing rule is read.

Of the same form as the bodies of the API's requests. Imported when such a command runs: these
models load FastAPI, which costs every other command half a second.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from api.delegations.account_delegations import receiver_of
from api.http.problems import Problem
from api.mandates.schemas import MandateInput
from api.signing_rules.inputs import SigningRuleReadingInput
from cli.console import USAGE, Failure
from cli.json_input import read_json
from services.mandates.mandates import Recording
from services.signing_rules.readings import Wording


def recording(file: Path, id_: UUID) -> Recording:
    """Return the mandate to be recorded. Raises Failure, and DelegationRefused for a company."""
    wanted = read_json(file, MandateInput)
    with _invalid(file):
        person = receiver_of(wanted.person, "/person/code")
        document = wanted.document.document()
        return Recording(id_, wanted.account_id, person, wanted.terms(), document)


def wording(file: Path) -> Wording:
    """Return how the rule is read. Raises Failure."""
    said = read_json(file, SigningRuleReadingInput)
    with _invalid(file):
        return said.wording()


@contextmanager
def _invalid(file: Path) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        wrong = "; ".join(f"{each.pointer}: {each.message}" for each in problem.errors)
        raise Failure(f"{file} is not valid: {wrong or problem.code}. Correct it.", USAGE) from None

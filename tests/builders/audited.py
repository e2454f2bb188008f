"""A history to search: somebody who was given access, on a sealed chain."""

from storage.audit import hash_chain
from tests.builders.delegations import OFFICE, given, set_up_customers
from tests.builders.people import JAAN, MARI
from tests.builders.rows import carry_out
from tests.clients.api_client import Front


def happened(front: Front) -> str:
    """Let Mari, who represents the company, have given Jaan access; return Jaan's id."""
    set_up_customers(front.database)
    given(front.database, MARI, JAAN, OFFICE)
    named = "UPDATE person SET name = :name WHERE code = :code"
    for person, name in ((MARI, "MARI MAASIKAS"), (JAAN, "JAAN TAMM")):
        carry_out(front.database, named, name=name, code=person.code)
    hash_chain.seal_all(front.database)
    return str(front.id_of(JAAN))

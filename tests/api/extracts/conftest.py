from datetime import datetime, time

import pytest

from tests.builders.days import DAY, ZONE, today
from tests.builders.people import JAAN, KATI, MARI
from tests.builders.proofs import proved_at
from tests.builders.register_states import sole, state
from tests.builders.rows import give, put, put_service, store_states
from tests.clients.api_client import Front
from tests.clients.extracting import GROUND, HIS, OFFICE, PHONES


@pytest.fixture
def customers(front: Front) -> Front:
    """Mari manages the account; Jaan uses one of its numbers; Kati pays its invoices."""
    database = front.database
    put(database, OFFICE, GROUND)
    put_service(database, *PHONES)
    store_states(database, state(sole(MARI)))
    proved_at(database, JAAN, HIS.number or "", datetime.combine(today() - 9 * DAY, time(9), ZONE))
    give(database, KATI, OFFICE, "accountant")
    return front

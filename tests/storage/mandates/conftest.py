import pytest

from storage.database import Database
from tests.builders.delegations import set_up_customers


@pytest.fixture
def customers(database: Database) -> Database:
    """Mari represents Kuusk alone; Tiiu and Jaan represent Tamm together; Peeter has his own."""
    set_up_customers(database)
    return database

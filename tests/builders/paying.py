"""How invoices are paid in tests: at two banks whose words the tests sign themselves."""

from activities.adapters.banks.banks import Banks
from services.payments.paying import Paying
from tests.builders.banks import bank

PAYING = Paying(
    Banks([bank(), bank(name="tamm")]),
    {"kuusk": "Kuusk Pank", "tamm": "Tamm Pank"},
    api_url="https://api.example/",
    portal_url="https://portal.example/",
)

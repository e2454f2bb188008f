"""The world that commands are looked at in, made over the API with billing and a bank."""

from tests.fixtures.banked_site import simulated_bank
from tests.fixtures.billed_front import billing, simulated_billing
from tests.fixtures.full_world import front

__all__ = ["billing", "front", "simulated_bank", "simulated_billing"]

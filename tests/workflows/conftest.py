from tests.fixtures.number_stack import idle_numbers, numbers
from tests.fixtures.resend_stack import idle_resyncs, resyncing

__all__ = ["idle_numbers", "idle_resyncs", "numbers", "resyncing"]

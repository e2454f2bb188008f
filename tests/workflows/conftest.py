from tests.numbers import idle_numbers, numbers
from tests.resyncs import idle_resyncs, resyncing

__all__ = ["idle_numbers", "idle_resyncs", "numbers", "resyncing"]

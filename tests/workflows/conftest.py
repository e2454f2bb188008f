from tests.numbers import idle_numbers, numbers

__all__ = ["idle_numbers", "numbers"]

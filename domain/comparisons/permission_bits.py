"""Sets of permissions as numbers, which a database unites and compares at once.

A number lives as long as one comparison: the order of the list may change with a release.
"""

from collections.abc import Iterable
from functools import lru_cache

from domain.access.permissions import Permission

BITS: dict[Permission, int] = {
    permission: 1 << place for place, permission in enumerate(sorted(Permission))
}
"""One bit for each permission: 63 of them fit PostgreSQL's ``bigint``."""


def bits_of(permissions: Iterable[Permission]) -> int:
    """Return the number of a set of permissions."""
    return sum(BITS[each] for each in set(permissions))


@lru_cache(maxsize=4096)  # a hundred thousand people share a few sets
def permissions_of_bits(bits: int) -> frozenset[Permission]:
    """Return the set of permissions of a number."""
    return frozenset(permission for permission, bit in BITS.items() if bits & bit)

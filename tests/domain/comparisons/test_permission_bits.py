"""api.7: sets of permissions as numbers."""

import pytest

from domain.access.permissions import ACCESS_ROLES, Permission
from domain.comparisons.permission_bits import BITS, bits_of, permissions_of_bits

_SETS = [frozenset[Permission](), frozenset(Permission)]
_SETS += [role.permissions for role in ACCESS_ROLES.values()]


@pytest.mark.parametrize("permissions", _SETS)
def test_a_set_is_its_number_and_back(permissions: frozenset[Permission]) -> None:
    assert permissions_of_bits(bits_of(permissions)) == permissions


def test_every_permission_fits_a_bigint() -> None:
    assert set(BITS) == set(Permission)
    assert bits_of(Permission) < 2**63

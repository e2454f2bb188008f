"""Ids as people type them: their beginning, with or without hyphens."""

from uuid import UUID

import pytest

from storage.id_prefix import IdPrefix


@pytest.mark.parametrize("typed", ["aaaaaaaa-b", "AAAAAAAAB"], ids=str)
def test_a_prefix_is_the_range_of_the_ids_that_begin_with_it(typed: str) -> None:
    prefix = IdPrefix.parse(typed)

    assert prefix == IdPrefix(
        "aaaaaaaab",
        UUID("aaaaaaaa-b000-0000-0000-000000000000"),
        UUID("aaaaaaaa-bfff-ffff-ffff-ffffffffffff"),
    )


@pytest.mark.parametrize("typed", ["", "-", "g1", "a%", "a" * 33], ids=str)
def test_text_that_begins_no_id_is_no_prefix(typed: str) -> None:
    assert IdPrefix.parse(typed) is None

"""contract.2: the chain of states, edge by edge."""

from itertools import product

import pytest

from domain.contracts.states import (
    BEFORE_ACTIVE,
    EDGES,
    IN_FORCE,
    ContractState,
    IllegalStateChange,
    require_edge,
)

S = ContractState
LEGAL = {
    (S.DRAFT, S.OFFERED),
    (S.DRAFT, S.CANCELLED),
    (S.OFFERED, S.SIGNED),
    (S.OFFERED, S.DECLINED),
    (S.OFFERED, S.LAPSED),
    (S.OFFERED, S.CANCELLED),
    (S.SIGNED, S.ACTIVATING),
    (S.SIGNED, S.CANCELLED),
    (S.ACTIVATING, S.ACTIVE),
    (S.ACTIVATING, S.CANCELLED),
    (S.ACTIVE, S.SUSPENDED),
    (S.ACTIVE, S.ENDING),
    (S.ACTIVE, S.ENDED),
    (S.SUSPENDED, S.ACTIVE),
    (S.SUSPENDED, S.ENDING),
    (S.SUSPENDED, S.ENDED),
    (S.ENDING, S.ACTIVE),
    (S.ENDING, S.SUSPENDED),
    (S.ENDING, S.ENDED),
}


@pytest.mark.parametrize(("before", "after"), list(product(S, S)), ids=str)
def test_contract_2_a_contract_goes_along_the_chain_and_no_other_way(before: S, after: S) -> None:
    if (before, after) in LEGAL:
        require_edge(before, after)
    else:
        with pytest.raises(IllegalStateChange):
            require_edge(before, after)


def test_contract_2_every_state_is_before_active_in_force_or_final() -> None:
    final = {each for each in S if each.is_final}

    assert BEFORE_ACTIVE | IN_FORCE | final == set(S)
    assert final == {S.ENDED, S.DECLINED, S.LAPSED, S.CANCELLED}
    assert not BEFORE_ACTIVE & IN_FORCE
    assert set(EDGES) == set(S)

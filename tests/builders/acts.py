"""Acts that people confirm, with a good value for whatever a test does not name."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from domain.approvals import (
    act_data,
    contract_acts,
    contract_goes_on_acts,
    number_acts,
    order_acts,
)
from domain.approvals.act_data import Given
from domain.approvals.acts import Act, ActKind
from domain.approvals.contract_acts import AlsoEnds, ContractEnded, ContractStarted
from domain.approvals.contract_goes_on_acts import ContractResumed, EndCalledOff
from domain.approvals.number_acts import NumberGiven
from domain.approvals.order_acts import Ordered, OrderedItem
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period, Price
from domain.contracts.reasons import EndReason, SuspendReason
from tests.builders.delegation_terms import terms

COMPANY, ACCOUNT, DELEGATION, RECEIVER, REQUEST = (UUID(int=n) for n in range(1, 6))
SERVICES = (UUID(int=7), UUID(int=6))
ORDER = UUID(int=10)
GIVEN = Given(
    DELEGATION,
    1,
    RECEIVER,
    terms(on=SERVICES, first=date(2026, 8, 1), last=date(2026, 12, 31)),
)
LIMIT = OrderedItem(
    1,
    ItemAction.MODIFY,
    SERVICES[0],
    "spending-limit",
    "1",
    {"spendingLimit": 5000, "spendingLimitAction": "bar"},
    {},
    (),
)
WIFI = OrderedItem(
    2,
    ItemAction.ADD,
    SERVICES[1],
    "wifi",
    "3",
    {"wifiName": "Kodu", "outgoingBarred": True, "forwardTo": None},
    {"wifiPassword": "ab" * 32},
    (
        Price(500, "EUR", is_vat_included=True, period=Period.ONCE),
        Price(299, "EUR", is_vat_included=False, period=Period.MONTHLY),
    ),
    after=(1,),
)
NUMBER = NumberGiven(ORDER, SERVICES[0], "+37255500001", RECEIVER)
CONTRACT = ContractStarted(UUID(int=11), "internet-subscription", "1", "ab" * 32, is_signed=False)
ENDED = ContractEnded(
    UUID(int=11),
    EndReason.CUSTOMER,
    date(2027, 1, 5),
    (Price(4000, "EUR", is_vat_included=True, period=Period.ONCE),),
    {AlsoEnds.CONTRACTS: 1, AlsoEnds.DELEGATIONS: 2, AlsoEnds.PEOPLE: 3},
    "cd" * 32,
)
CALLED_OFF = EndCalledOff(UUID(int=11), EndReason.CUSTOMER, datetime(2027, 1, 4, 22, tzinfo=UTC))
RESUMED = ContractResumed(UUID(int=11), SuspendReason.STOLEN, UUID(int=12))
ORDERED = Ordered(ORDER, (LIMIT, WIFI), datetime(2027, 1, 4, 22, tzinfo=UTC))
MAKE: Mapping[ActKind, Callable[[], Act]] = {
    ActKind.DELEGATION_GIVE: lambda: act_data.give(COMPANY, ACCOUNT, GIVEN),
    ActKind.DELEGATION_RENEW: lambda: act_data.renew(COMPANY, ACCOUNT, GIVEN),
    ActKind.DELEGATIONS_KEEP: lambda: act_data.keep(COMPANY, ACCOUNT, {DELEGATION: 2}),
    ActKind.ACCESS_REQUEST_APPROVE: lambda: act_data.approve_request(
        COMPANY, ACCOUNT, REQUEST, GIVEN
    ),
    ActKind.ORDER_PLACE: lambda: order_acts.place(COMPANY, ACCOUNT, ORDERED),
    ActKind.NUMBER_GIVE: lambda: number_acts.give(COMPANY, ACCOUNT, NUMBER),
    ActKind.CONTRACT_START: lambda: contract_acts.start(COMPANY, ACCOUNT, CONTRACT),
    ActKind.CONTRACT_END: lambda: contract_acts.end(COMPANY, ACCOUNT, ENDED),
    ActKind.CONTRACT_END_CANCEL: lambda: contract_goes_on_acts.call_off(
        COMPANY, ACCOUNT, CALLED_OFF
    ),
    ActKind.CONTRACT_RESUME: lambda: contract_goes_on_acts.resume(COMPANY, ACCOUNT, RESUMED),
}
"""An act of each kind."""

"""Fields of what the operator's systems tell about the end of a contract."""

from typing import Annotated, Any

from pydantic import Field

from domain.contracts.told import MOST_CENTS

Cents = Annotated[int, Field(ge=0, le=MOST_CENTS)]
DEVICE_VALUE: Any = Field(
    None,
    description="Residual value of a device that came with the contract, in cents of EUR with VAT."
    " Whoever keeps it at the end pays this or the instalments left, whichever is less.",
)
DEVICE_INSTALMENTS: Any = Field(
    None, description="What of the device's price is not paid yet, in cents of EUR with VAT."
)
EXPIRES: Any = Field(
    None,
    description="It ends by itself as this day begins, and people are warned 30 and 7 days before;"
    " null: it does not.",
)
TERMS_CHANGED: Any = Field(
    None,
    description="The day on which the customer was told that the terms change: for a month from"
    " then on they may leave at no cost (reason `changed_terms`).",
)

"""Settings of the simulated banks."""

import json

from pydantic import SecretStr

from simulators.bank.keys import OPERATOR, Keys
from simulators.bank.profiles import OPERATOR_ID, OPERATOR_NAME, PROFILES, TAMM


def bank_settings(
    keys: Keys, url: str, token: SecretStr, *, statements_url: str | None = None
) -> str:
    """Return VOLITUS_BANKS; ``url``: of the simulator as browsers reach it.

    ``statements_url``: as the product reaches it, where that is another. Makes the keys first.
    """
    asked = statements_url or url
    return json.dumps(
        [
            {
                "name": each.name,
                "title": each.title,
                "url": f"{url}/{each.name}/link",
                "sender_id": OPERATOR_ID,
                "receiver_id": each.bank_id,
                "version": each.version,
                "hash": each.mac_hash,
                "encoding": each.encoding,
                "private_key": keys.private_pem(OPERATOR),
                "bank_certificate": keys.public_pem(each.name),
                "account_iban": each.account,
                # One bank is told the account in each order, the other has it in its agreement.
                **({"account_name": OPERATOR_NAME} if each is TAMM else {}),
                "statements_url": f"{asked}/{each.name}/statements",
                "statements_token": token.get_secret_value(),
            }
            for each in PROFILES.values()
        ]
    )

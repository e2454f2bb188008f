"""``python -m dev.compose_env > .env``: the variables of docker-compose.yml, for a trial.

Secrets are invented anew at each call, so keep the file as long as the volumes.
"""

import base64
import json
import secrets
import sys

from simulators.identity.app import JWKS_PATH
from simulators.identity.profiles import issuer_profiles
from simulators.network.app import ACTIVATION_PATH, SIM_SWAP_PATH
from simulators.register.app import FILE_PATH

REGISTER = "http://register:8471"
# Tokens name the address that a browser on this machine uses; the API fetches the keys inside.
ISSUER = "http://127.0.0.1:8472"
KEYS = f"http://identity:8472{JWKS_PATH}"


def variables() -> dict[str, str]:
    """Everything that docker-compose.yml demands, and where the simulators are."""
    network_token = secrets.token_hex(16)  # one simulator behind two interfaces
    return {
        "POSTGRES_PASSWORD": secrets.token_hex(16),
        "TEMPORAL_POSTGRES_PASSWORD": secrets.token_hex(16),
        "VOLITUS_PAYLOAD_KEYS": json.dumps({"k1": _key()}),
        "VOLITUS_PAYLOAD_KEY_CURRENT": "k1",
        "VOLITUS_ISSUERS": json.dumps(issuer_profiles(ISSUER, jwks_uri=KEYS, plain_http=True)),
        "VOLITUS_REGISTER_OPEN_DATA_URL": REGISTER + FILE_PATH,
        "VOLITUS_REGISTER_SOAP_URL": f"{REGISTER}/",
        "VOLITUS_REGISTER_USER": "volitus",
        "VOLITUS_REGISTER_PASSWORD": secrets.token_hex(16),
        "VOLITUS_SMS_URL": "http://sms:8473",
        "VOLITUS_SMS_USER": "volitus",
        "VOLITUS_SMS_PASSWORD": secrets.token_hex(16),
        "VOLITUS_SMS_REPORTS_URL": "http://api:8000",
        "VOLITUS_SIM_SWAP_URL": f"http://network:8474{SIM_SWAP_PATH}",
        "VOLITUS_SIM_SWAP_TOKEN": network_token,
        "VOLITUS_NETWORK_URL": f"http://network:8474{ACTIVATION_PATH}",
        "VOLITUS_NETWORK_TOKEN": network_token,
        "VOLITUS_VERIFICATION_KEY": _key(),
        "VOLITUS_PORTAL_HOST": "localhost",
        "VOLITUS_NUMBER_TEST_NUMBERS": "true",
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}='{value}'\n" for name, value in variables().items())

"""``python -m dev.checks.compose_env``: writes .env and secrets/ for a trial of docker-compose.yml.

Secrets are invented anew, so keep both as long as the volumes.
"""

import json
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from dev.stack.bank_settings import bank_settings
from dev.stack.credentials import new_key, new_signing_key
from simulators.bank.keys import OPERATOR, Keys
from simulators.bank.profiles import PROFILES
from simulators.billing.app import BILLING_PATH
from simulators.identity.app import JWKS_PATH
from simulators.identity.clients import CONSOLE_CLIENT, SELFSERVICE_CLIENT
from simulators.identity.profiles import issuer_profiles
from simulators.mobile_id import app as mobile_id
from simulators.network.app import ACTIVATION_PATH, SIM_SWAP_PATH
from simulators.register.app import FILE_PATH
from simulators.smart_id import app as smart_id
from simulators.trust.app import OCSP_PATH, TIME_STAMPS_PATH
from simulators.trust.identities import ISSUERS, TIME_STAMPERS

REGISTER = "http://register:8471"
# Tokens name the address that a browser on this machine uses; the API fetches the keys inside.
ISSUER = "http://127.0.0.1:8472"
IDENTITY = "http://identity:8472"
KEYS = IDENTITY + JWKS_PATH
# Where a browser on this machine pays.
BANK = "http://127.0.0.1:8479"
# Written by the simulated trust services into their volume, which worker and API see here.
CERTIFICATES = "/etc/volitus/certificates"
# Only the owner can enter the directory; inside a container, its user can read the mounted file.
_FOLDER_MODE, _FILE_MODE = 0o700, 0o444


def variables() -> dict[str, str]:
    """Return the variables that docker-compose.yml requires, and the simulators' addresses."""
    return {
        "TEMPORAL_POSTGRES_PASSWORD": secrets.token_hex(16),
        "VOLITUS_PAYLOAD_KEY_CURRENT": "k1",
        "VOLITUS_ZONE": "Europe/Tallinn",
        "VOLITUS_ISSUERS": json.dumps(issuer_profiles(ISSUER, jwks_uri=KEYS, plain_http=True)),
        "VOLITUS_REGISTER_OPEN_DATA_URL": REGISTER + FILE_PATH,
        "VOLITUS_REGISTER_SOAP_URL": f"{REGISTER}/",
        "VOLITUS_REGISTER_USER": "volitus",
        "VOLITUS_SMS_URL": "http://sms:8473",
        "VOLITUS_SMS_USER": "volitus",
        "VOLITUS_SMS_REPORTS_URL": "http://api:8000",
        "VOLITUS_SIM_SWAP_URL": f"http://network:8474{SIM_SWAP_PATH}",
        "VOLITUS_NETWORK_URL": f"http://network:8474{ACTIVATION_PATH}",
        "VOLITUS_NETWORK_IDEMPOTENCY_KEYS": "true",
        "VOLITUS_NETWORK_CHARACTERISTICS": "merged",
        "VOLITUS_NETWORK_REPEAT_AFTER": "PT2M",
        "VOLITUS_BILLING_URL": f"http://billing:8475{BILLING_PATH}",
        "VOLITUS_BILLING_READ_TIMEOUT": "PT3S",
        "VOLITUS_BILLING_FRESH_FOR": "PT1M",
        "VOLITUS_BILLING_PAUSE": "PT5S",
        "VOLITUS_BILLING_TIMEOUT": "PT10S",
        **_payments(),
        "VOLITUS_EXTRACT_SLOTS": "2",
        "VOLITUS_EXTRACT_PAGE": "2500",
        "VOLITUS_OPERATOR_NAME": "Telekom AS",
        "VOLITUS_OPERATOR_CODE": "10421629",
        "VOLITUS_OPERATOR_CONTACTS": '["klient@telekom.example"]',
        "VOLITUS_OPERATOR_GENERAL_TERMS": "https://telekom.example/tingimused, 2026-01",
        "VOLITUS_OPERATOR_VAT_RATE": "24",
        "VOLITUS_SIGNATURES_MOBILE_ID_URL": f"http://mobile-id:8477{mobile_id.MOBILE_ID_PATH}",
        "VOLITUS_SIGNATURES_MOBILE_ID_RELYING_PARTY_NAME": mobile_id.DEMO.name,
        "VOLITUS_SIGNATURES_SMART_ID_URL": f"http://smart-id:8478{smart_id.SMART_ID_PATH}",
        "VOLITUS_SIGNATURES_SMART_ID_RELYING_PARTY_NAME": smart_id.DEMO.name,
        **_proofs(),
        "VOLITUS_PORTAL_HOST": "localhost",
        "VOLITUS_NUMBER_TEST_NUMBERS": "true",
        "VOLITUS_REGISTER_DAILY_LIMIT": "50000",
        "VOLITUS_REGISTER_AT_ONCE": "1",
        "VOLITUS_REGISTER_PEOPLE_RESERVE": "5000",
        "VOLITUS_REGISTER_SYNC_RESERVE": "20000",
        "VOLITUS_REFRESH_LIMIT_PERSON": "20/PT1H",
        "VOLITUS_REFRESH_LIMIT_CLIENT": "120/PT1M",
        "VOLITUS_REFRESH_LIMIT_CLIENT_QUOTA": "15000/P1D",
        "VOLITUS_REFRESH_SLOTS": "2",
        "VOLITUS_SYNC_SLOTS": "8",
        "VOLITUS_ACTIVITY_SLOTS": "20",
        "VOLITUS_API_CONNECTIONS": "1000",
        "VOLITUS_API_HEAD_TIMEOUT": "PT10S",
        "VOLITUS_API_BODY_TIMEOUT": "PT20S",
        "VOLITUS_API_KEEP_ALIVE": "PT65S",
        "VOLITUS_API_PROGRAM_RATE": "1000/PT2S",
        "VOLITUS_API_PROGRAM_CONCURRENCY": "200",
        "VOLITUS_API_PERSON_RATE": "60/PT3S",
        "VOLITUS_API_PERSON_CONCURRENCY": "10",
        **_web(),
    }


def _payments() -> dict[str, str]:
    """Statements are read every minute: the simulated banks make one as soon as money has moved."""
    return {
        "VOLITUS_PAYMENT_API_URL": "http://127.0.0.1:8000",
        "VOLITUS_PAYMENT_PORTAL_URL": "http://127.0.0.1:8080",
        "VOLITUS_PAYMENT_SETTLED_BY": "statement",
        "VOLITUS_PAYMENT_SILENT_AFTER": "PT1H",
        "VOLITUS_PAYMENT_EXPIRES_AFTER": "P7D",
        "VOLITUS_PAYMENT_STATEMENT_WITHIN": "P3D",
        "VOLITUS_PAYMENT_STATEMENTS_AT": "* * * * *",
        "VOLITUS_PAYMENT_SLOTS": "5",
    }


def _proofs() -> dict[str, str]:
    """What signatures rest on. Nothing is sealed, which no contract waits for."""
    return {
        "VOLITUS_CERTIFICATES": "simulated-trust",
        "VOLITUS_SIGNATURES_TRUSTED_ISSUERS_FILE": f"{CERTIFICATES}/{ISSUERS}",
        "VOLITUS_SIGNATURES_TRUSTED_TIMESTAMPS_FILE": f"{CERTIFICATES}/{TIME_STAMPERS}",
        "VOLITUS_SIGNATURES_E_SEAL_CERTIFICATE_FILE": "",
        "VOLITUS_SIGNATURES_OCSP_URL": f"http://trust:8476{OCSP_PATH}",
        "VOLITUS_SIGNATURES_TIMESTAMP_URL": f"http://trust:8476{TIME_STAMPS_PATH}",
        "VOLITUS_SIGNATURES_MINIMUM_LEVEL": "LT",
    }


def _web() -> dict[str, str]:
    return {
        "VOLITUS_WEB_PUBLIC_URL": "http://127.0.0.1:8080",
        "VOLITUS_WEB_BRAND": "volitus",
        "VOLITUS_WEB_SESSION_KEY_CURRENT": "k1",
        "VOLITUS_WEB_SELFSERVICE_ISSUER": ISSUER,
        "VOLITUS_WEB_SELFSERVICE_CLIENT_ID": SELFSERVICE_CLIENT,
        "VOLITUS_WEB_SELFSERVICE_REACHED_AT": IDENTITY,
        "VOLITUS_WEB_SELFSERVICE_PLAIN_HTTP": "true",
        "VOLITUS_WEB_SELFSERVICE_MINIMUM_ACR": "substantial",
        "VOLITUS_WEB_CONSOLE_ISSUER": ISSUER,
        "VOLITUS_WEB_CONSOLE_CLIENT_ID": CONSOLE_CLIENT,
        "VOLITUS_WEB_CONSOLE_REACHED_AT": IDENTITY,
        "VOLITUS_WEB_CONSOLE_PLAIN_HTTP": "true",
    }


def secret_files() -> dict[str, str]:
    """Return the content of each file in secrets/, by name."""
    network_token = secrets.token_hex(16)  # one simulator behind two interfaces
    return {
        **_banks(),
        "POSTGRES_PASSWORD": secrets.token_hex(16),
        "DATABASE_OWNER_PASSWORD": secrets.token_hex(16),
        "DATABASE_PASSWORD": secrets.token_hex(16),
        "DATABASE_WEB_PASSWORD": secrets.token_hex(16),
        "VOLITUS_PAYLOAD_KEYS": json.dumps({"k1": new_key()}),
        "VOLITUS_EVENT_HEAD_KEY": new_signing_key(),
        "VOLITUS_REGISTER_PASSWORD": secrets.token_hex(16),
        "VOLITUS_SMS_PASSWORD": secrets.token_hex(16),
        "VOLITUS_VERIFICATION_KEY": new_key(),
        "VOLITUS_STAFF_KEY": new_key(),
        "VOLITUS_SIM_SWAP_TOKEN": network_token,
        "VOLITUS_NETWORK_TOKEN": network_token,
        "VOLITUS_BILLING_TOKEN": secrets.token_hex(16),
        "VOLITUS_SIGNATURES_MOBILE_ID_RELYING_PARTY_UUID": mobile_id.DEMO.uuid,
        "VOLITUS_SIGNATURES_SMART_ID_RELYING_PARTY_UUID": smart_id.DEMO.uuid,
        "VOLITUS_SIGNATURES_E_SEAL_KEY": "",
        "VOLITUS_WEB_SESSION_KEYS": json.dumps({"k1": new_key()}),
        "VOLITUS_WEB_SELFSERVICE_CLIENT_SECRET": secrets.token_hex(16),
        "VOLITUS_WEB_CONSOLE_CLIENT_SECRET": secrets.token_hex(16),
    }


def _banks() -> dict[str, str]:
    """The banks, and what their simulator reads: keys and a token."""
    token = secrets.token_hex(16)
    with TemporaryDirectory() as folder:
        keys = Keys(Path(folder))
        banks = bank_settings(keys, BANK, SecretStr(token), statements_url="http://bank:8479")
        owners = {OPERATOR: "BANK_OPERATOR_KEY"} | {
            name: f"BANK_{name.upper()}_KEY" for name in PROFILES
        }
        pems = {name: keys.private_pem(owner) for owner, name in owners.items()}
    return {"VOLITUS_BANKS": banks, "BANK_STATEMENTS_TOKEN": token, **pems}


def write(folder: Path) -> None:
    """Write .env and secrets/ into ``folder``. Raises FileExistsError where they are already."""
    (folder / "secrets").mkdir(mode=_FOLDER_MODE)
    for name, content in secret_files().items():
        _write(folder / "secrets" / name, f"{content}\n", _FILE_MODE)
    lines = (f"{name}='{value}'\n" for name, value in variables().items())
    _write(folder / ".env", "".join(lines), 0o600)


def _write(file: Path, text: str, mode: int) -> None:
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


if __name__ == "__main__":
    try:
        write(Path.cwd())
    except FileExistsError as error:
        sys.exit(f"{error.filename} is there already: databases were made with its passwords")

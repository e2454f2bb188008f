"""The programs of the development stack: command, settings and readiness check of each."""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from dev.stack.bank_settings import bank_settings
from dev.stack.credentials import Credentials
from dev.stack.database_roles import pages_role
from dev.stack.settings import DevSettings
from dev.stack.signature_settings import OPERATOR_SETTINGS, signature_settings
from dev.stack.supervised_process import Program, answers
from dev.stack.temporal_server import temporal_server
from dev.stack.web_settings import kept_client_secrets, logout_addresses, web_settings
from settings.processes import PROCESSES
from settings.sections import PREFIX, settings_of
from simulators.bank.keys import Keys
from simulators.billing.app import BILLING_PATH
from simulators.identity.profiles import issuer_profiles
from simulators.network.app import ACTIVATION_PATH, SIM_SWAP_PATH
from simulators.register.app import FILE_PATH

REGISTER_USER = "volitus"
SMS_USER = "volitus"
_TIMES = (
    "VOLITUS_SYNC_FILE_AT",
    "VOLITUS_SYNC_CHANGES_AT",
    "VOLITUS_SYNC_CHECK_AT",
    "VOLITUS_DRIFT_CHECK_AT",
    "VOLITUS_PAYMENT_STATEMENTS_AT",
)
PRODUCT = ("worker", "scheduler", "api", "web")


class Programs:
    """Describes the programs of one stack. Every address is on 127.0.0.1."""

    def __init__(self, settings: DevSettings, credentials: Credentials) -> None:
        self._settings = settings
        self._credentials = credentials
        self._home = settings.home.absolute()

    def servers(self) -> list[Program]:
        """Return Temporal and the simulators, which the product's processes need first."""
        return [
            self._temporal(),
            self._register(),
            self._identity(),
            self._sms(),
            self._token_holder("network", self._credentials.network_token),
            self._token_holder("billing", self._credentials.billing_token),
            self._bank(),
            self._keeper("trust"),
            self._phones("mobile_id"),
            self._phones("smart_id"),
        ]

    def product(self, environment: Mapping[str, str]) -> list[Program]:
        """Return worker, scheduler, API and web pages with these settings."""
        modules = {"scheduler": "registry_sync"}
        return [self._process(name, modules.get(name, name), environment) for name in PRODUCT]

    def environment(self, database_url: str) -> dict[str, str]:
        """Return the settings of the product's processes and of the ``volitus`` program.

        ``database_url`` is that of the processes; the web pages have another role there.
        """
        settings, credentials = self._settings, self._credentials
        register, identity = here(settings.register_port), here(settings.identity_port)
        ui = settings.temporal_ui_port
        return {
            "VOLITUS_DATABASE_URL": database_url,
            "VOLITUS_TEMPORAL_ADDRESS": f"127.0.0.1:{settings.temporal_port}",
            "VOLITUS_PAYLOAD_KEYS": credentials.payload_keys.get_secret_value(),
            "VOLITUS_PAYLOAD_KEY_CURRENT": credentials.payload_key_current,
            "VOLITUS_EVENT_HEAD_KEY": credentials.event_head_key.get_secret_value(),
            "VOLITUS_CODEC_ORIGINS": json.dumps([here(ui), f"http://localhost:{ui}"]),
            "VOLITUS_CODEC_OPEN": "true",
            "VOLITUS_ISSUERS": json.dumps(issuer_profiles(identity)),
            "VOLITUS_REGISTER_OPEN_DATA_URL": register + FILE_PATH,
            "VOLITUS_REGISTER_SOAP_URL": f"{register}/",
            "VOLITUS_REGISTER_USER": REGISTER_USER,
            "VOLITUS_REGISTER_PASSWORD": credentials.register_password.get_secret_value(),
            **self._numbers(),
            "VOLITUS_NETWORK_URL": here(settings.network_port) + ACTIVATION_PATH,
            "VOLITUS_NETWORK_TOKEN": credentials.network_token.get_secret_value(),
            "VOLITUS_NETWORK_IDEMPOTENCY_KEYS": "true",
            "VOLITUS_NETWORK_CHARACTERISTICS": "merged",
            "VOLITUS_BILLING_URL": here(settings.billing_port) + BILLING_PATH,
            "VOLITUS_BILLING_TOKEN": credentials.billing_token.get_secret_value(),
            "VOLITUS_BANKS": bank_settings(
                self._bank_keys(), here(settings.bank_port), credentials.bank_token
            ),
            "VOLITUS_PAYMENT_API_URL": here(settings.api_port),
            "VOLITUS_PAYMENT_PORTAL_URL": here(settings.web_port),
            "VOLITUS_PAYMENT_STATEMENTS_AT": "* * * * *",
            **OPERATOR_SETTINGS,
            **self._signatures(),
            **self._web(database_url),
            "VOLITUS_STAFF_KEY": credentials.staff_key.get_secret_value(),
            # A directory of its own: one that its group may write to is refused.
            "VOLITUS_STAFF_LOGIN_SESSION_FILE": str(self._home / "sign-in" / "session.json"),
            "VOLITUS_DATA_DIR": str(self._home / "data"),
            "VOLITUS_API_PORT": str(settings.api_port),
            **({} if settings.scheduled else dict.fromkeys(_TIMES, "never")),
            "NO_PROXY": "127.0.0.1,localhost",  # the caller's proxy is for other machines
        }

    def _numbers(self) -> dict[str, str]:
        """Return the settings of number verification."""
        settings, credentials = self._settings, self._credentials
        return {
            "VOLITUS_SMS_URL": here(settings.sms_port),
            "VOLITUS_SMS_USER": SMS_USER,
            "VOLITUS_SMS_PASSWORD": credentials.sms_password.get_secret_value(),
            "VOLITUS_SMS_REPORTS_URL": here(settings.api_port),
            "VOLITUS_SIM_SWAP_URL": here(settings.network_port) + SIM_SWAP_PATH,
            "VOLITUS_SIM_SWAP_TOKEN": credentials.network_token.get_secret_value(),
            "VOLITUS_VERIFICATION_KEY": credentials.verification_key.get_secret_value(),
            "VOLITUS_PORTAL_HOST": "localhost",
            "VOLITUS_NUMBER_TEST_NUMBERS": "true",
        }

    def _signatures(self) -> dict[str, str]:
        """Return the settings of signatures."""
        return signature_settings(
            self._home / "trust",
            trust_url=here(self._settings.trust_port),
            mobile_id_url=here(self._settings.mobile_id_port),
            smart_id_url=here(self._settings.smart_id_port),
        )

    def _web(self, database_url: str) -> dict[str, str]:
        """Return the settings of the web pages."""
        settings, credentials = self._settings, self._credentials
        return {
            "VOLITUS_WEB_DATABASE_URL": pages_role(credentials).of(database_url),
            "VOLITUS_WEB_SESSION_KEYS": credentials.web_session_keys.get_secret_value(),
            "VOLITUS_WEB_SESSION_KEY_CURRENT": credentials.web_session_key_current,
            **web_settings(
                settings.web_port,
                api_url=here(settings.api_port),
                issuer=here(settings.identity_port),
                client_secrets=kept_client_secrets(self._home / "identity"),
            ),
        }

    def _temporal(self) -> Program:
        # On a database file, so that waiting workflows outlive a restart.
        return temporal_server(
            self._settings.temporal_port,
            self._log("temporal"),
            database=self._home / "temporal.db",
            ui_port=self._settings.temporal_ui_port,
            codec_url=f"{here(self._settings.api_internal_port)}/codec",
        )

    def _register(self) -> Program:
        password = self._credentials.register_password.get_secret_value()
        port, data = self._settings.register_port, self._home / "register"
        return Program(
            "register",
            [
                *(sys.executable, "-m", "simulators.register"),
                *("--port", str(port), "--data-dir", str(data), "--user", REGISTER_USER),
                *("--companies", str(self._settings.companies)),
            ],
            self._log("register"),
            answers(f"{here(port)}/_control/clock"),
            {"REGISTER_SIMULATOR_PASSWORD": password},
        )

    def _identity(self) -> Program:
        """The identity provider, which tells the web pages of logouts."""
        told = logout_addresses(here(self._settings.web_port))
        addresses = [f"--backchannel={client}={url}" for client, url in told.items()]
        # Invented before it starts, so that two do not invent different ones.
        kept_client_secrets(self._home / "identity")
        return self._keeper("identity", *addresses)

    def _keeper(self, name: str, *arguments: str) -> Program:
        """A simulator that keeps keys in a directory of its own."""
        port: int = getattr(self._settings, f"{name}_port")
        return Program(
            name,
            [
                *(sys.executable, "-m", f"simulators.{name}"),
                *("--port", str(port), "--data-dir", str(self._home / name)),
                *arguments,
            ],
            self._log(name),
            answers(f"{here(port)}/livez"),
        )

    def _bank(self) -> Program:
        bank_settings(self._bank_keys(), "", self._credentials.bank_token)  # makes the keys
        program = self._keeper("bank")
        token = self._credentials.bank_token.get_secret_value()
        return replace(program, environment={"BANK_SIMULATOR_TOKEN": token})

    def _bank_keys(self) -> Keys:
        return Keys(self._home / "bank")

    def _sms(self) -> Program:
        password = self._credentials.sms_password.get_secret_value()
        port = self._settings.sms_port
        return Program(
            "sms",
            [
                *(sys.executable, "-m", "simulators.sms"),
                *("--port", str(port), "--user", SMS_USER),
            ],
            self._log("sms"),
            answers(f"{here(port)}/livez"),
            {"SMS_SIMULATOR_PASSWORD": password},
        )

    def _phones(self, name: str) -> Program:
        """A simulator of a signing service; people's keys are those of the trust services."""
        port: int = getattr(self._settings, f"{name}_port")
        return Program(
            name,
            [
                *(sys.executable, "-m", f"simulators.{name}", "--port", str(port)),
                *("--trust-dir", str(self._home / "trust"), "--anybody"),
            ],
            self._log(name),
            answers(f"{here(port)}/livez"),
        )

    def _token_holder(self, name: str, token: SecretStr) -> Program:
        """A simulator whose client brings a bearer token."""
        port: int = getattr(self._settings, f"{name}_port")
        return Program(
            name,
            [sys.executable, "-m", f"simulators.{name}", "--port", str(port)],
            self._log(name),
            answers(f"{here(port)}/livez"),
            {f"{name.upper()}_SIMULATOR_TOKEN": token.get_secret_value()},
        )

    def _process(self, name: str, module: str, environment: Mapping[str, str]) -> Program:
        port: int = getattr(self._settings, f"{name}_internal_port")
        return Program(
            name,
            [sys.executable, "-m", module],
            self._log(name),
            answers(f"{here(port)}/readyz"),
            {**_read_by(name, environment), "VOLITUS_INTERNAL_PORT": str(port)},
        )

    def _log(self, name: str) -> Path:
        return self._home / "logs" / f"{name}.log"


def _read_by(process: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return this process's settings and variables that are no settings, so no other secret."""
    own = {setting.variable for setting in settings_of(PROCESSES[process])}
    return {
        name: value
        for name, value in environment.items()
        if name in own or not name.startswith(PREFIX)
    }


def here(port: int) -> str:
    """Return the address of a server on this machine."""
    return f"http://127.0.0.1:{port}"

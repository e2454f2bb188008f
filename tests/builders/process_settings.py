"""The settings that each process must be given, and nothing more."""

import json

from settings.base import ProcessSettings
from settings.commands import (
    AccountCommandSettings,
    CliSettings,
    ContractCommandSettings,
    ContractImportSettings,
    DatabaseCommandSettings,
    DelegationCommandSettings,
    EventCommandSettings,
    ExplainSettings,
    LoginSettings,
    NumberCommandSettings,
    OfficerCommandSettings,
    OperatorCommandSettings,
)
from settings.processes import ApiSettings, SchedulerSettings, WorkerSettings
from settings.web import WebProcessSettings
from tests.fixtures import payload_keys

DATABASE = {"VOLITUS_DATABASE_URL": "postgresql://volitus:a-password@127.0.0.1:1/volitus"}
KEYS = {
    name: payload_keys.ENVIRONMENT[name]
    for name in ("VOLITUS_PAYLOAD_KEYS", "VOLITUS_PAYLOAD_KEY_CURRENT")
}
VERIFICATION = {
    name: payload_keys.ENVIRONMENT[name]
    for name in ("VOLITUS_SMS_PASSWORD", "VOLITUS_VERIFICATION_KEY")
}
HEAD_KEY = {"VOLITUS_EVENT_HEAD_KEY": payload_keys.ENVIRONMENT["VOLITUS_EVENT_HEAD_KEY"]}
PROFILE = {
    "issuer": "https://login.example",
    "audience": "volitus",
    "kind": "person",
    "allowed_clients": ["portal"],
}
STAFF = {
    "VOLITUS_STAFF_KEY": payload_keys.ENVIRONMENT["VOLITUS_STAFF_KEY"],
    "VOLITUS_ISSUERS": json.dumps([PROFILE]),
}
WEB = {
    "VOLITUS_WEB_PUBLIC_URL": "https://selfservice.example",
    "VOLITUS_WEB_API_URL": "http://127.0.0.1:8000",
    "VOLITUS_WEB_DATABASE_URL": "postgresql://volitus_pages:a-password@127.0.0.1:1/volitus",
    "VOLITUS_WEB_SESSION_KEYS": payload_keys.ENVIRONMENT["VOLITUS_PAYLOAD_KEYS"],
    "VOLITUS_WEB_SESSION_KEY_CURRENT": payload_keys.ENVIRONMENT["VOLITUS_PAYLOAD_KEY_CURRENT"],
    "VOLITUS_WEB_SELFSERVICE_ISSUER": "https://login.example",
    "VOLITUS_WEB_SELFSERVICE_CLIENT_ID": "selfservice",
    "VOLITUS_WEB_CONSOLE_ISSUER": "https://login.example",
    "VOLITUS_WEB_CONSOLE_CLIENT_ID": "console",
}
REQUIRED: dict[type[ProcessSettings], dict[str, str]] = {
    ApiSettings: DATABASE | KEYS | VERIFICATION | STAFF,
    WorkerSettings: DATABASE
    | KEYS
    | VERIFICATION
    | {
        "VOLITUS_REGISTER_USER": "volitus",
        "VOLITUS_REGISTER_PASSWORD": "a-password-of-the-register",
        "VOLITUS_SMS_USER": "volitus",
    },
    SchedulerSettings: DATABASE | KEYS | HEAD_KEY,
    WebProcessSettings: WEB,
    DatabaseCommandSettings: DATABASE,
    ExplainSettings: DATABASE | STAFF,
    LoginSettings: STAFF,
    OperatorCommandSettings: DATABASE | STAFF,
    OfficerCommandSettings: DATABASE | STAFF,
    NumberCommandSettings: DATABASE | STAFF,
    AccountCommandSettings: DATABASE | STAFF,
    DelegationCommandSettings: DATABASE | STAFF,
    ContractImportSettings: DATABASE | STAFF,
    EventCommandSettings: DATABASE,
    CliSettings: DATABASE | KEYS | STAFF,
    ContractCommandSettings: DATABASE | KEYS | STAFF,
}
"""What each process must be given, and nothing more."""

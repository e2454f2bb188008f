"""The settings that each process must be given, and nothing more."""

import json

from settings.base import ProcessSettings
from settings.commands import (
    AccountCommandSettings,
    CliSettings,
    ContractCommandSettings,
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
    DatabaseCommandSettings: DATABASE,
    ExplainSettings: DATABASE | STAFF,
    LoginSettings: STAFF,
    OperatorCommandSettings: DATABASE | STAFF,
    OfficerCommandSettings: DATABASE | STAFF,
    NumberCommandSettings: DATABASE | STAFF,
    AccountCommandSettings: DATABASE | STAFF,
    DelegationCommandSettings: DATABASE | STAFF,
    EventCommandSettings: DATABASE,
    CliSettings: DATABASE | KEYS | STAFF,
    ContractCommandSettings: DATABASE | KEYS | STAFF,
}
"""What each process must be given, and nothing more."""

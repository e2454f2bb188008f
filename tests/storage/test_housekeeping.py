"""What is forgotten in time, and what never is."""

from storage.database import Database
from storage.housekeeping import tidy
from tests.storage.telling import carry_out, rows

_PERSON = "INSERT INTO person (id, country, code) VALUES (gen_random_uuid(), 'EE', '60001019906')"
_VERIFICATION = """
INSERT INTO verification (id, person_id, number, prefix, method, state, language, sends, tries,
                          created_at, expires_at, resend_at)
SELECT gen_random_uuid(), p.id, '+37255512345', '+3725551', 'sms', '{state}', 'et', 1, 0,
       now() - interval '{age} days', now() - interval '{age} days', now()
FROM person p
"""
_SMS = """
INSERT INTO sms (id, verification_id, send, digest, delivery, parts)
SELECT gen_random_uuid(), id, 1, 'd', 'delivered', 1 FROM verification
"""


def test_numbers_that_nobody_proved_are_forgotten_after_ninety_days(database: Database) -> None:
    told = [("verified", 91), ("failed", 91), ("expired", 89)]
    verifications = [_VERIFICATION.format(state=state, age=age) for state, age in told]
    for statement in (_PERSON, *verifications, _SMS):
        carry_out(database, statement)

    tidy(database)

    kept = rows(
        database,
        "SELECT state, (SELECT count(*) FROM sms WHERE verification_id = v.id) AS sms"
        " FROM verification v ORDER BY state",
    )
    assert [(row.state, row.sms) for row in kept] == [("expired", 1), ("verified", 0)]


def test_limits_that_say_nothing_any_more_are_forgotten(database: Database) -> None:
    carry_out(
        database,
        "INSERT INTO send_quota VALUES ('person', 'a', now() - interval '1 second'),"
        " ('person', 'b', now() + interval '1 hour')",
    )

    tidy(database)

    assert [row.subject for row in rows(database, "SELECT subject FROM send_quota")] == ["b"]

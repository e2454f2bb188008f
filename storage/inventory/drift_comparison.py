"""Compares what networks show with what services should have: a few statements over all services.

One transaction: all or nothing. Nothing of the services passes through this process.
"""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.inventory.drift import (
    COMPARED,
    PROCESS,
    DriftCounts,
    DriftState,
    RepairLimits,
)
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.inventory import drift_checks
from storage.provisioning.shut_off import SHUT_OFF

ENGINE = Actor(ActorKind.ENGINE, PROCESS)
HELD = "More services differ than are repaired without a person's decision"

# A service that a list names twice counts as it was read last.
_COMPARED = text(f"""
CREATE TEMPORARY TABLE compared ON COMMIT DROP AS
WITH newest AS (
    SELECT max(place) AS place FROM drift_staged WHERE check_id = :check
    GROUP BY network, network_id
), shown AS (SELECT t.* FROM drift_staged t JOIN newest USING (place) WHERE check_id = :check)
SELECT s.id, s.status, s.should_state, s.number, s.told || s.wanted AS should_have,
    t.state, t.number AS shown_number, t.has, t.read_at,
    t.is_changing OR s.updated_at >= t.read_at OR COALESCE(s.told_at >= t.read_at, FALSE)
        OR EXISTS (SELECT FROM step p
                   WHERE p.resource = 'service/' || s.id AND p.released_at IS NULL) AS is_left_out,
    s.updated_at >= t.read_at AS is_outdated,
    s.status = 'active' AND t.state = s.should_state AND t.has @> (s.told || s.wanted)
        AND (s.number IS NULL OR s.number = t.number) AS is_alike
FROM (
    SELECT s.*, CASE WHEN {SHUT_OFF} THEN 'inactive' ELSE 'active' END AS should_state
    FROM service s
) s
JOIN shown t ON t.network = COALESCE(s.network, '')
    AND t.network_id = COALESCE(s.network_id, CAST(s.id AS text))
""")

# Nearly all services are as they should be in every byte: only the others are looked at closely.
# What the network does not show is unknown. Values are compared as domain.provisioning's is_same
# does: networks write numbers and truth values as text, too. Sending a service again sends all of
# it: where that would also set what a person decides about, nothing is repaired by itself.
_DIFFERING = text("""
CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
SELECT c.id AS service_id, v.name AS characteristic, v.expected, v.shown, c.read_at, v.is_same,
    d.id AS listed_id, CASE WHEN v.policy = 'repair' AND bool_or(
        NOT v.is_same AND v.is_sent AND v.policy <> 'repair') OVER (PARTITION BY c.id)
        THEN 'propose' ELSE v.policy END AS policy
FROM (
    SELECT * FROM compared WHERE NOT is_left_out AND (is_alike IS NOT TRUE
        OR id IN (SELECT service_id FROM drift WHERE ended_at IS NULL))
) c CROSS JOIN LATERAL (
    SELECT r.name, r.policy, r.is_sent, e.value AS expected, c.has -> e.key AS shown,
        (e.value #>> '{}') IS NOT DISTINCT FROM (c.has -> e.key #>> '{}') AS is_same
    FROM jsonb_each(c.should_have) e
    JOIN unnest(CAST(:names AS text[]), CAST(:policies AS text[]), CAST(:sent AS bool[]))
        AS r(name, policy, is_sent) ON r.name = e.key
    WHERE c.status = 'active'
    UNION ALL
    SELECT 'msisdn', 'propose', TRUE, to_jsonb(c.number), to_jsonb(c.shown_number),
        c.number = c.shown_number
    WHERE c.status = 'active' AND c.number IS NOT NULL
    UNION ALL
    SELECT 'state', 'propose', TRUE, to_jsonb(c.should_state), to_jsonb(c.state),
        c.state = c.should_state
    WHERE c.status = 'active'
    UNION ALL
    SELECT 'state', 'report', FALSE, CAST('"terminated"' AS jsonb), to_jsonb(c.state),
        c.state <> 'active'
    WHERE c.status = 'ended'
) v
LEFT JOIN drift d ON d.service_id = c.id AND d.characteristic = v.name AND d.ended_at IS NULL
WHERE v.shown IS NOT NULL AND v.shown <> 'null'
    AND (NOT v.is_same OR d.id IS NOT NULL)
""")

_REPAIRS = text("""
SELECT (SELECT count(DISTINCT service_id) FROM differing
        WHERE policy = 'repair' AND listed_id IS NULL) AS services,
    (SELECT count(*) FROM compared WHERE status = 'active' AND NOT is_left_out) AS compared,
    (SELECT count(DISTINCT service_id) FROM drift
     WHERE decided_by IS NULL AND decided_at > clock_timestamp() - :window) AS recently
""")

# A repair after which the network shows the same again is a person's to look at.
_MERGE = text("""
MERGE INTO drift d
USING differing f ON d.id = f.listed_id AND d.ended_at IS NULL
WHEN MATCHED AND f.is_same THEN UPDATE SET ended_at = clock_timestamp(), ending = 'agrees',
    expected = NULL, shown = NULL
WHEN MATCHED THEN UPDATE SET expected = f.expected, shown = f.shown, seen_at = f.read_at,
    state = CASE WHEN d.state = 'repairing' AND EXISTS (
        SELECT FROM operation o WHERE o.id = d.operation_id
            AND o.state NOT IN ('pending', 'running') AND o.updated_at < f.read_at)
        THEN 'proposed' ELSE d.state END
WHEN NOT MATCHED AND NOT f.is_same THEN INSERT
    (id, service_id, characteristic, state, expected, shown, found_at, seen_at, decided_at)
    VALUES (gen_random_uuid(), f.service_id, f.characteristic,
        CASE f.policy WHEN 'repair' THEN :repair WHEN 'propose' THEN 'proposed'
            ELSE 'reported' END,
        f.expected, f.shown, f.read_at, f.read_at,
        CASE WHEN f.policy = 'repair' AND :repair = 'to_repair' THEN clock_timestamp() END)
""")
# What does not depend on a reading. That an ended service is active at the network stays listed.
_OVER = text("""
WITH over AS (
    UPDATE drift d SET ended_at = clock_timestamp(), expected = NULL, shown = NULL,
        ending = CASE s.status WHEN 'ended' THEN 'service_ended' ELSE 'not_expected' END
    FROM service s
    WHERE s.id = d.service_id AND d.ended_at IS NULL AND CASE
        WHEN s.status = 'ended' THEN d.characteristic <> 'state' OR d.expected <> '"terminated"'
        WHEN d.characteristic = 'msisdn' THEN s.number IS NULL
        ELSE d.characteristic <> 'state' AND NOT jsonb_exists(s.told || s.wanted, d.characteristic)
        END
    RETURNING 1
) SELECT count(*) FROM over
""")
# What an order has set since, or another owner has, a reading from before says nothing about.
_READINGS = text("""
INSERT INTO service_reading AS r (service_id, state, has, read_at)
SELECT id, state, has, read_at FROM compared WHERE status = 'active' AND NOT is_outdated
ON CONFLICT (service_id) DO UPDATE
SET state = EXCLUDED.state, has = EXCLUDED.has, read_at = EXCLUDED.read_at
WHERE r.read_at < EXCLUDED.read_at
""")

_COUNTS = text("""
SELECT s.services, c.compared, c.left_out, s.services - c.active AS unread,
    GREATEST(n.named - c.named, 0) AS unknown_here, n.rejected, n.networks_given_up,
    f.differing, f.new, f.ended, f.repairs
FROM (SELECT count(*) AS services FROM service WHERE status = 'active') s,
    (SELECT count(*) AS named, count(*) FILTER (WHERE status = 'active') AS active,
        count(*) FILTER (WHERE status = 'active' AND NOT is_left_out) AS compared,
        count(*) FILTER (WHERE status = 'active' AND is_left_out) AS left_out FROM compared) c,
    (SELECT count(*) FILTER (WHERE NOT is_same) AS differing,
        count(*) FILTER (WHERE NOT is_same AND listed_id IS NULL) AS new,
        count(*) FILTER (WHERE NOT is_same AND listed_id IS NULL AND policy = 'repair') AS repairs,
        count(*) FILTER (WHERE is_same) AS ended FROM differing) f,
    (SELECT COALESCE(sum(rejected), 0) AS rejected,
        count(*) FILTER (WHERE outcome IS DISTINCT FROM 'complete') AS networks_given_up,
        (SELECT count(*) FROM (SELECT DISTINCT network, network_id FROM drift_staged
                               WHERE check_id = :check) t) AS named
     FROM drift_network WHERE check_id = :check) n
""")


def compare(session: Session, check_id: UUID, limits: RepairLimits) -> None:
    """Compare what the check has read, and end it. Repeating changes nothing.

    Differences are listed; those that are repaired by themselves are marked so, or held where they
    exceed ``limits``. What was read becomes the services' last reading.
    """
    if not drift_checks.is_open(session, check_id):
        return
    rules = {
        "names": [each.name for each in COMPARED.values()],
        "policies": [each.policy for each in COMPARED.values()],
        "sent": [each.is_repairable for each in COMPARED.values()],
    }
    session.execute(text("SET LOCAL work_mem = '64MB'"))  # joins of everything, once a night
    session.execute(text("ANALYZE drift_staged"))
    session.execute(_COMPARED, {"check": check_id})
    session.execute(text("ANALYZE compared"))
    session.execute(_DIFFERING, rules)
    counts = _list(session, check_id, limits)
    session.execute(_READINGS)
    drift_checks.end(session, check_id, asdict(counts))


def _list(session: Session, check_id: UUID, limits: RepairLimits) -> DriftCounts:
    """List what differs, and end what does not any more; returns what was found."""
    repairs = session.execute(_REPAIRS, {"window": limits.window}).one()
    is_held = limits.exceeded(repairs.services, repairs.compared, repairs.recently)
    found = session.execute(_COUNTS, {"check": check_id}).one()._asdict()
    session.execute(_MERGE, {"repair": DriftState.HELD if is_held else DriftState.TO_REPAIR})
    ended = session.execute(_OVER).scalar_one()
    if is_held:
        _record(session, check_id, repairs._asdict())
    new = found.pop("repairs")
    shares = {"to_repair": 0 if is_held else new, "held": new if is_held else 0}
    return DriftCounts(**{**found, "ended": found["ended"] + ended}, **shares)


def _record(session: Session, check_id: UUID, facts: dict[str, int]) -> None:
    event = NewEvent(
        EventKind.DRIFT_HELD,
        subject_id=check_id,
        reason=Reason("too_much_drift", HELD, facts),
    )
    events.append(session, [event], actor=ENGINE)

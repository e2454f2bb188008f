"""Who stands for what was given in the owner's name, and whether they could give it now, as SQL."""

from storage.access.representatives import REPRESENTS

STANDS_FOR = "COALESCE(d.confirmed_by, CAST(v.basis ->> 'given_by' AS uuid))"
"""SQL: who stands for the delegation ``d`` with the version ``v``: giver or confirmer."""
IN_OWNERS_NAME = "v.basis ->> 'kind' IN ('register', 'joint')"
"""SQL: the register lets the giver of the version ``v`` give it, alone or together with others."""
# What a group gave or confirmed stands while that person represents the company, alone or not.
STILL_THERE = f"""EXISTS (
    SELECT FROM access_grant g
    WHERE g.account_id = d.account_id AND g.person_id = {STANDS_FOR} AND {REPRESENTS}
      AND (g.role = 'administrator' OR CASE WHEN d.confirmed_by IS NULL
           THEN v.basis ->> 'kind' = 'joint' ELSE d.confirmed_jointly END)
      AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp()))"""
"""SQL: who stands for the delegation ``d`` with the version ``v`` could give it now as they did."""
OF_GIVER = f"""
SELECT d.id FROM delegation d
JOIN delegation_version v ON v.delegation_id = d.id AND v.state = 'accepted'
WHERE d.account_id = r.account_id AND d.ended_at IS NULL AND d.accepted_at IS NOT NULL
  AND d.ends_at > clock_timestamp() AND {IN_OWNERS_NAME} AND {STANDS_FOR} = r.giver_id
"""
"""SQL: the delegations in force for which the giver of the review ``r`` stands."""
UNDECIDED = f"{OF_GIVER} AND NOT {STILL_THERE}"
"""SQL: the delegations that the review ``r`` is about and that nobody decided about yet."""

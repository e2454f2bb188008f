"""Statements that erase what orders say about a person, once the orders have ended.

What was ordered, when and for how much stays as long as the law on accounting says
(``domain.retention.ORDER``). What a company's order sets is not about the person who placed it.
"""

from storage.people.selections import ABOUT, NUMBERED, OF_OTHER_SERVICE, OF_SERVICE
from storage.people.statements import OF_ENDED_SERVICE, TEXTS, change

_MENTIONED = TEXTS.format(table="service_order")
_OVER = "order_id IN (SELECT id FROM service_order WHERE ended_at IS NOT NULL)"
_ON_OWN_ACCOUNT = "order_id IN (SELECT id FROM service_order WHERE account_id = ANY(:accounts))"
_OWN_ITEM = f"""({_ON_OWN_ACCOUNT} OR {NUMBERED.format(table="service_order_item")}
    OR {OF_ENDED_SERVICE.format(about=OF_SERVICE)}
    OR {OF_OTHER_SERVICE} AND other_service_id IN (
        SELECT id FROM service WHERE status = 'ended'))"""
_OWN_STEP = """(account_id = ANY(:accounts)
    OR resource IN (SELECT 'service/' || id FROM service WHERE status = 'ended' AND ({about})))"""

# The digest is of the whole request, so it goes as well: the same request is then another order.
STATEMENTS = (
    change(
        "service_order",
        f"""description = '', given = '{{}}', digest = '',
        external_id = CASE WHEN {_MENTIONED} THEN NULL ELSE external_id END""",
        f"ended_at IS NOT NULL AND digest <> '' AND ({ABOUT['service_order']})",
    ),
    change(
        "service_order_item",
        "parameters = '{}', given = '{}'",
        f"{_OVER} AND {_OWN_ITEM} AND (parameters <> '{{}}' OR given <> '{{}}')",
    ),
    change(
        "service_order_item",
        "given = '{}'",
        f"{_OVER} AND order_id = ANY(:orders) AND given <> '{{}}'",
    ),
    change(
        "order_cancel",
        "reason = '', given = '{}'",
        f"{_OVER} AND ({ABOUT['order_cancel']}) AND (reason <> '' OR given <> '{{}}')",
    ),
    change(
        "order_note",
        "author = '', text = ''",
        f"{_OVER} AND ({ABOUT['order_note']}) AND author || text <> ''",
    ),
    # The act that people confirmed; what they saw is not repeated by its digest any more.
    change(
        "approval",
        """act = jsonb_set(act, '{data,items}', (
            SELECT jsonb_agg(item || '{"parameters": {}}' ORDER BY place)
            FROM jsonb_array_elements(act #> '{data,items}') WITH ORDINALITY AS e(item, place)))""",
        f"kind = 'order_place' AND ended_at IS NOT NULL AND {TEXTS.format(table='approval')}",
    ),
    change(
        "approval",
        "act = jsonb_set(act, '{data,number}', '\"\"')",
        f"kind = 'number_give' AND ended_at IS NOT NULL AND {TEXTS.format(table='approval')}",
    ),
    # What a network had before is kept in the receipt of the step that read it.
    change(
        "step",
        "receipt = NULL",
        f"process = 'order' AND ended_at IS NOT NULL AND receipt IS NOT NULL"
        f" AND {_OWN_STEP.format(about=ABOUT['service'])}",
    ),
)

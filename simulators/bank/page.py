"""The pages of the banks. No script, nothing fetched from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape
from string import Template

from simulators.bank.notices import Notice
from simulators.bank.payments import Payment, State
from simulators.bank.profiles import OPERATOR_NAME

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem }
dt { color: #555 }
dd { margin: 0 0 .6rem; overflow-wrap: anywhere }
button { font: inherit; margin: 0 .5rem .5rem 0; padding: .5rem 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p>A simulator: no money moves here.</p>
$content
</main>
</body>
</html>
""")
_BUTTONS = {
    State.OPEN: {
        "pay": "Pay",
        "cancel": "Cancel",
        "leave": "Leave it to a second signer",
    },
    State.WAITING: {"sign": "Sign as the second signer", "refuse": "Refuse"},
}
_WORDS = {
    State.OPEN: "Please confirm the payment.",
    State.WAITING: "Somebody else must sign it, too.",
    State.PAID: "It is paid.",
    State.CANCELLED: "It was cancelled.",
    State.REFUSED: "It was refused.",
}


def payment_page(payment: Payment, back: Notice | None) -> str:
    """Return the page of a payment, with what can be done, and the way back where there is one."""
    order = payment.order
    facts = {
        "Amount": f"{order['VK_AMOUNT']} {order['VK_CURR']}",
        "To": f"{order.get('VK_NAME', OPERATOR_NAME)}, {payment.bank.account}",
        "Reference number": order["VK_REF"],
        "For": order["VK_MSG"],
        "From": f"{payment.payer.name}, {payment.payer.account}",
    }
    listed = "".join(f"<dt>{name}<dd>{escape(value)}" for name, value in facts.items())
    parts = [f"<p><strong>{_WORDS[payment.state]}</strong></p>", f"<dl>{listed}</dl>"]
    buttons = _BUTTONS.get(payment.state, {})
    if buttons:
        parts.append(f'<form method="post">{"".join(map(_button, buttons.items()))}</form>')
    if back is not None:
        parts.append(_way_back(back))
    elif payment.state not in _BUTTONS:
        parts.append("<p>You may close this window.</p>")
    return _PAGE.substitute(title=escape(payment.bank.title), content="\n".join(parts))


def refusal_page(title: str, why: str) -> str:
    """Return the page of a payment that the bank does not take."""
    content = f'<p role="alert"><strong>The payment cannot be made. {escape(why)}</strong></p>'
    return _PAGE.substitute(title=escape(title), content=content)


def list_page(payments: Iterable[Payment]) -> str:
    """Return the page with these payments."""
    rows = "\n".join(_row(each) for each in payments)
    head = "<thead><tr><th>bank<th>amount<th>reference<th>state</tr></thead>"
    table = f"<table>{head}<tbody>{rows}</tbody></table>"
    return _PAGE.substitute(title="Banks", content=table if rows else "<p>No payment yet.</p>")


def _button(button: tuple[str, str]) -> str:
    return f'<button name="press" value="{button[0]}">{button[1]}</button>'


def _way_back(notice: Notice) -> str:
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in notice.fields.items()
    )
    return (
        f'<form method="post" action="{escape(notice.url)}" accept-charset="{notice.charset}">'
        f"{fields}<button>Back to the merchant</button></form>"
    )


def _row(payment: Payment) -> str:
    order = payment.order
    link = f'<a href="/{payment.bank.name}/payments/{payment.id}">{order["VK_AMOUNT"]}</a>'
    cells: Sequence[str] = (
        escape(payment.bank.title),
        link,
        escape(order["VK_REF"]),
        payment.state.value.replace("_", " "),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

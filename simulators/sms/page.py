"""The outbox for people: one table, no script, nothing fetched from elsewhere."""

from collections.abc import Iterable
from html import escape
from string import Template

from simulators.sms.outbox import Message

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>SMS outbox</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .4rem .8rem .4rem 0; text-align: left }
td { vertical-align: top }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
</style>
</head>
<body>
<main>
<h1>SMS outbox</h1>
<p>A simulator: nothing here reached a phone. The newest is first; the page renews itself.</p>
<table>
<thead><tr><th>at (UTC)<th>to<th>from<th>text<th>status</tr></thead>
<tbody>
$rows
</tbody>
</table>
</main>
</body>
</html>
""")


def outbox_page(messages: Iterable[Message]) -> str:
    """Return the page that shows these messages in this order."""
    rows = "\n".join(map(_row, messages))
    return _PAGE.substitute(rows=rows or '<tr><td colspan="5">No message yet.</td></tr>')


def _row(message: Message) -> str:
    at = f"{message.accepted_at:%d.%m.%Y %H:%M:%S}"
    cells = (at, message.to, message.sender)
    plain = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    text = f'<td class="text">{escape(message.text)}</td>'
    return f"<tr>{plain}{text}<td>{escape(message.status)}</td></tr>"

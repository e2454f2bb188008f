"""The login page: one form, no script, nothing fetched from elsewhere."""

from collections.abc import Mapping
from html import escape
from string import Template

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Test login</title>
<style>
body { font: 1.1rem/1.6 system-ui, sans-serif; margin: 3rem auto; width: 24rem }
label { display: block; margin-top: 1rem }
input, select, button { font: inherit; padding: .4rem; width: 100%; box-sizing: border-box }
button { margin-top: 1.5rem }
[role=alert] { color: #a40000 }
</style>
</head>
<body>
<main>
<h1>Test login</h1>
<p>A simulator: any valid Estonian personal code is logged in, for example 60001019906.</p>
$problem
<form method="post" action="auth">
$hidden
<label for="code">Personal code</label>
<input id="code" name="login_hint" inputmode="numeric" autocomplete="off" required autofocus>
<label for="method">Logged in with</label>
<select id="method" name="method">
<option value="mID">Mobiil-ID</option>
<option value="smartid">Smart-ID</option>
<option value="idcard">ID-card</option>
</select>
<label for="phone">Phone number, for Mobiil-ID (optional)</label>
<input id="phone" name="phone" type="tel" autocomplete="off" placeholder="+3725xxxxxxx">
<button>Log in</button>
<button name="cancel" value="yes" formnovalidate>Cancel</button>
</form>
</main>
</body>
</html>
""")


def login_page(request: Mapping[str, str], problem: str = "") -> str:
    """The page that sends ``request`` on, with the personal code that is typed into it."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.items()
    )
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return _PAGE.substitute(hidden=hidden, problem=alert)

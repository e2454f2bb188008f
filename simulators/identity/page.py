"""The pages: one form each, no script, nothing fetched from elsewhere."""

from collections.abc import Iterable, Mapping
from html import escape
from string import Template

from simulators.identity.staff import Member

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
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
"""
_END = """</main>
</body>
</html>
"""
_LOGIN = Template(f"""{_HEAD}\
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
<label for="acr">Level of the login</label>
<select id="acr" name="acr">
<option value="high">high</option>
<option value="substantial">substantial</option>
<option value="low">low</option>
</select>
<label for="phone">Phone number, for Mobiil-ID (optional)</label>
<input id="phone" name="phone" type="tel" autocomplete="off" placeholder="+3725xxxxxxx">
<button>Log in</button>
<button name="cancel" value="yes" formnovalidate>Cancel</button>
</form>
{_END}""")
_STAFF = Template(f"""{_HEAD}\
<p>A simulator: choose a member of staff.</p>
$problem
<form method="post" action="auth">
$hidden
<label for="subject">Who logs in</label>
<select id="subject" name="login_hint">
$members
</select>
<button>Log in</button>
<button name="cancel" value="yes" formnovalidate>Cancel</button>
</form>
{_END}""")
_DEVICE = Template(f"""{_HEAD}\
<p>A simulator: a member of staff signs in to the program that shows the code.</p>
$problem
<form method="post" action="device">
<label for="code">Code that the program shows</label>
<input id="code" name="user_code" value="$code" autocomplete="off" required autofocus>
<label for="subject">Who signs in</label>
<select id="subject" name="subject">
$members
</select>
<button>Sign in</button>
<button name="deny" value="yes">Refuse</button>
</form>
{_END}""")
_ANSWERED = Template(f"""{_HEAD}\
<p role="status">$said You may close this page.</p>
{_END}""")


def login_page(request: Mapping[str, str], problem: str = "") -> str:
    """The page that sends ``request`` on, with the personal code that is typed into it."""
    return _LOGIN.substitute(hidden=_hidden(request), problem=_alert(problem))


def staff_login_page(
    request: Mapping[str, str], members: Iterable[Member], problem: str = ""
) -> str:
    """The page that sends ``request`` on, with the member of staff who is chosen."""
    return _STAFF.substitute(
        hidden=_hidden(request), members=_options(members), problem=_alert(problem)
    )


def device_page(user_code: str, members: Iterable[Member], problem: str = "") -> str:
    """The page on which a member of staff answers a program that waits."""
    return _DEVICE.substitute(
        code=escape(user_code), members=_options(members), problem=_alert(problem)
    )


def answered_page(said: str) -> str:
    """The page after an answer."""
    return _ANSWERED.substitute(said=escape(said))


def _hidden(request: Mapping[str, str]) -> str:
    return "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.items()
    )


def _options(members: Iterable[Member]) -> str:
    return "\n".join(
        f'<option value="{escape(each.subject)}">{escape(each.name)}:'
        f" {escape(', '.join(each.roles))}</option>"
        for each in members
    )


def _alert(problem: str) -> str:
    return f'<p role="alert">{escape(problem)}</p>' if problem else ""

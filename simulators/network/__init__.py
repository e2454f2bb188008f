"""Mobile-network simulator: CAMARA's SIM Swap and TMF640's Service Activation of one operator.

``POST /sim-swap/v2/check`` says whether a number's SIM was changed lately; any number of +372 is
known and has the SIM it always had, until ``/_control`` says otherwise.

``/tmf-api/ServiceActivationAndConfiguration/v4`` reads a service, and takes changes of it under an
``Idempotency-Key``; any service is known, active and has no characteristics, until ``/_control``
says otherwise. A change is answered with a monitor and made when that is completed, by time alone
and after those of its service that came before. Its key gives the same monitor ever after, and
``GET /monitor?idempotencyKey=`` finds it for whoever lost the answer.

``/_control`` also tells what was really done and how much was asked, and makes faults at
``sim_swap``, ``activation`` (writes), ``monitor`` and ``service`` (reads). Of a change, ``refuse``
is said at once and not remembered; ``refuse_later`` in the monitor, and remembered; ``never`` keeps
it, and what comes after it to the same service, in progress until the fault is taken back;
``out_of_order`` completes it ``seconds`` later and lets the others go ahead; ``double`` makes the
search by its key find the monitor twice. Documentation is at ``/_control/docs``.

sims.py        numbers and their SIMs
sim_swap.py    SIM Swap over HTTP
bearer.py      who may ask
forms.py       what a program may send about a service
refusals.py    errors in TMF630's shape
services.py    the services and their state
monitors.py    what became of a change, and when it is over
activator.py   accepts changes once each and carries them out
applied.py     the log of what was done
activation.py  Service Activation over HTTP
traffic.py     counts requests
control.py     ``/_control``
app.py         all of it as one program; ``python -m simulators.network`` runs it
"""

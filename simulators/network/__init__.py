"""Mobile-network simulator: CAMARA's SIM Swap and TMF640's Service Activation of one operator.

``POST /sim-swap/v2/check`` answers whether a number's SIM was changed lately; any number of +372
is known and its SIM was never changed, unless ``/_control`` sets it otherwise.

``/tmf-api/ServiceActivationAndConfiguration/v4`` reads a service, and takes changes of it under an
``Idempotency-Key``; any service is known, active and has no characteristics, unless ``/_control``
sets it otherwise. A change is answered with a monitor and made when the monitor completes: after
some time, and after earlier changes of the service. Its key gives the same monitor ever after, and
``GET /monitor?idempotencyKey=`` finds it for a client that lost the answer.

``/_control`` also lists what was really done, counts requests, and makes faults at ``sim_swap``,
``activation`` (writes), ``monitor`` and ``service`` (reads). ``refuse`` refuses a change at once
and does not remember it; ``refuse_later`` refuses it in the monitor, and remembers it; ``never``
keeps it and later changes of the service in progress until the fault is removed; ``out_of_order``
completes it ``seconds`` later and lets the others overtake it; ``double`` makes the search by its
key find the monitor twice. Documentation is at ``/_control/docs``.

sims.py        numbers and their SIMs
sim_swap.py    SIM Swap over HTTP
bearer.py      the bearer token of the one client
forms.py       request bodies about a service
refusals.py    errors in TMF630's shape
services.py    the services and their state
monitors.py    outcome of a change, and when it completes
activator.py   accepts changes once each and carries them out
applied.py     the log of what was done
activation.py  Service Activation over HTTP
traffic.py     counts requests
control.py     ``/_control``
app.py         all of it as one program; ``python -m simulators.network`` runs it
"""

"""Mobile-network simulator: CAMARA's SIM Swap and TMF640's Service Activation of one operator.

``POST /sim-swap/v2/check`` answers whether a number's SIM was changed lately; any number of +372
is known and its SIM was never changed, unless ``/_control`` sets it otherwise.

``/tmf-api/ServiceActivationAndConfiguration/v4`` is TMF640 v4.0.0: ``/service`` (GET, POST, PATCH,
DELETE) and ``/monitor`` (GET), without ``/hub``. Any service is known, active and has no
characteristics, unless ``/_control`` sets it otherwise.

Characteristics of the catalogue's products must have values of their types; ``msisdn`` and
``iccid`` are of one service each (``numberInUse``, ``simUnavailable``). ``restart`` and
``esimDownload`` are done each time and are no state: the first restarts a router, the second gives
the service a new eSIM profile, with ``iccid`` and ``activationCode``.

``/_control/profile`` chooses how the network behaves where the standard leaves a choice.

- ``async``, at the start: a write is answered with a monitor and made when the monitor completes,
  after some time, and after earlier changes of the service. It needs our extension, an
  ``Idempotency-Key``: the key gives the same monitor ever after, and
  ``GET /monitor?idempotencyKey=`` finds it for a client that lost the answer.
- ``standard``: the standard alone. A write is answered with the service; a key is ignored, and what
  is sent twice is done twice; nothing finds a change by its key.

Each choice can also be set by itself: see ``profiles.py``. ``POST /_control/monitors`` shows a
monitor of somebody else's request.

``/_control`` also lists what was really done, counts requests, and makes faults at ``sim_swap``,
``activation`` (writes), ``monitor`` and ``service`` (reads). ``refuse`` refuses a change at once
and does not remember it; ``refuse_later`` accepts it and refuses it in the monitor; ``never``
keeps it and later changes of the service in progress until the fault is removed; ``out_of_order``
completes it ``seconds`` later and lets the others overtake it; ``drift`` makes it, says so, and
takes it back behind everybody's back before the next request; ``double`` makes the search by its
key find the monitor twice, or makes the change twice where the answer is the service. Documentation
is at ``/_control/docs``.

products.py    what products are made of: their values, SIMs, eSIMs and routers
sims.py        numbers and their SIMs
sim_swap.py    SIM Swap over HTTP
profiles.py    how the network behaves
shapes.py      bodies of writes as the standard types them
forms.py       reads those bodies
refusals.py    errors in TMF630's shape
services.py    the services and their state
monitors.py    a change, its outcome, and when it completes
monitor_store.py  monitors by id and by key
activator.py   accepts changes and carries them out
applied.py     the log of what was done
views.py       services and monitors in the standard's shape
lists.py       filters, fields and pages
doorway.py     the token and the faults before each answer
activation.py  writes
reading.py     reads
activation_routes.py  both over HTTP
control.py     ``/_control``; profile_control.py: its profile, and monitors of others;
               product_control.py: SIMs and routers
app.py         all of it as one program; ``python -m simulators.network`` runs it
"""

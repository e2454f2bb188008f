"""Adapter to an operator's network: service activation by TMF640 v4.

A network that follows the standard and nothing else may answer a change with the service, with a
monitor, or with no body, and cannot be asked by an idempotency key: its services are read instead.
A network with our extension (docs/deployment.md) is asked by the key.

Source: TM Forum TMF640 Service Activation and Configuration API v4.0.0, ``/service``, ``/monitor``.

network.py   the port, and its implementation over HTTP
requests.py  requests, and what refusals mean
services.py  services: read from answers, and written into requests
service_list.py  the list of all services, page by page
monitors.py  monitors: do they name our request, and what came of it
answers.py   answers to a change
"""

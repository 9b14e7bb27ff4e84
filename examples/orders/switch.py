"""Switches the sample's faults: `python examples/orders/switch.py slow on`, `… list`."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request

from faults import FAULTS


def ask(port: int, path: str, body: bytes | None) -> dict[str, bool]:
    """Return every fault and whether it is on. Raises OSError when nothing answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body)
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        states: dict[str, bool] = json.load(answer)
    return states


def main() -> int:
    """Switch one fault or list all; return the exit status."""
    parser = argparse.ArgumentParser(description="Switch the sample order service's faults on and off.")
    parser.add_argument("fault", choices=[*FAULTS, "list"], help="the fault, or list")
    parser.add_argument("state", nargs="?", choices=["on", "off"])
    parser.add_argument("--port", type=int, default=8091, help="the switches port")
    chosen = parser.parse_args()
    if (chosen.fault == "list") != (chosen.state is None):
        parser.error("write `FAULT on`, `FAULT off` or `list`")
    try:
        if chosen.fault == "list":
            states = ask(chosen.port, "/faults", None)
        else:
            body = json.dumps({"on": chosen.state == "on"}).encode()
            states = ask(chosen.port, f"/faults/{chosen.fault}", body)
    except urllib.error.HTTPError as error:
        print(f"sample orders: {error.read().decode()}", file=sys.stderr)
        return 1
    except OSError as error:
        hint = "start it with: python examples/orders/service.py"
        print(f"sample orders: no answer on port {chosen.port} ({error}); {hint}", file=sys.stderr)
        return 1
    for name, on in states.items():
        print(f"{'on ' if on else 'off'}  {name:<17} {FAULTS[name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

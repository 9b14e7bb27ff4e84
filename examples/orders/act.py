"""Does something to the sample: `python examples/orders/act.py rollback`. What Vigil's actions call.

The sample is the one that keeps its logs in ORDERS_FOLDER (default .vigil/orders in the repository). The
version is the second argument, else VIGIL_VERSION: what Vigil watches.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".vigil" / "orders"


def main() -> int:
    """Ask the sample; return the exit status."""
    if len(sys.argv) < 2:
        print("write what to do: act.py stop-orders", file=sys.stderr)
        return 2
    deed, *rest = sys.argv[1:]
    version = rest[0] if rest else os.environ.get("VIGIL_VERSION", "")
    folder = Path(os.environ.get("ORDERS_FOLDER") or FOLDER)
    try:
        url = (folder / "switches.url").read_text(encoding="utf-8").strip()
        body = json.dumps({"version": version}).encode()
        request = urllib.request.Request(f"{url}/deeds/{deed}", body)  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            print(json.load(answer)["done"])
    except urllib.error.HTTPError as error:
        print(f"sample orders: {error.read().decode()}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"sample orders: no answer ({error}); start it with: vigil up --sample", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The drawing process: specifications in, pictures out.

It runs by itself, so that neither its memory nor its work is ever the bot's: see `draw`.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

PATIENCE_S = 30.0
_VEGA_LITE = "5.20"


class PaintError(Exception):
    """No picture came out; says why."""


def draw(specs: Sequence[dict[str, Any]], scale: float) -> list[tuple[bytes, str]]:
    """Each specification as (PNG, SVG), drawn in a process of its own. Raises PaintError."""
    if not specs:
        return []
    order = json.dumps({"scale": scale, "specs": list(specs)})
    try:
        done = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", __name__],
            input=order.encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PaintError(f"the drawing process did not end well: {error}") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise PaintError(f"the drawing process ended with {done.returncode}: {last[0]}")
    return [(base64.b64decode(each["png"]), each["svg"]) for each in json.loads(done.stdout)]


def main() -> None:
    """Read an order from standard input, write the pictures to standard output."""
    import vl_convert

    order = json.load(sys.stdin)
    pictures = []
    for spec in order["specs"]:
        # Laying out takes most of the time: it is done once for both.
        svg = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE)
        png = base64.b64encode(vl_convert.svg_to_png(svg, scale=order["scale"])).decode()
        pictures.append({"png": png, "svg": svg})
    json.dump(pictures, sys.stdout)


if __name__ == "__main__":
    main()

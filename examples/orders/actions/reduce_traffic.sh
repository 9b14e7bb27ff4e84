#!/bin/sh
# Does reduce-traffic to the sample; says what came of it, or why nothing did and exits 1.
exec python3 "${0%/*}/../act.py" reduce-traffic

#!/bin/sh
# Does restart-push-worker to the sample; says what came of it, or why nothing did and exits 1.
exec python3 "${0%/*}/../act.py" restart-push-worker

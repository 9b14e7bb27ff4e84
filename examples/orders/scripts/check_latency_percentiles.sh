#!/bin/sh
# Prints latencies as JSON: P50, P95 and the mean in ms, P99 and P999 in s.
. "${0%/*}/window.sh"
measure latency orders.jsonl

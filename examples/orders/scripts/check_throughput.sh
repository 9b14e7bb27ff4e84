#!/bin/sh
# Prints as JSON: orders stored a second and the share of requests that succeeded, in %.
. "${0%/*}/window.sh"
measure throughput orders.jsonl

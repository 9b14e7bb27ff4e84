#!/bin/sh
# Prints as JSON: of the pushes that needed a retry, the share that got through, in %.
. "${0%/*}/window.sh"
measure retries orders.jsonl

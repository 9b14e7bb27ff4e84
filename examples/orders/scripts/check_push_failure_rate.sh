#!/bin/sh
# Prints the share of pushes to the external API that failed after their retries, in %.
. "${0%/*}/window.sh"
measure failures orders.jsonl

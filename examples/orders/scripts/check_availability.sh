#!/bin/sh
# Prints the share of the client's requests that were answered and not with a 5xx status, in %.
. "${0%/*}/window.sh"
measure availability client.jsonl

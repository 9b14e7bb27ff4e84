#!/bin/sh
# Prints the share of stored orders whose idempotency key was stored before, in %.
. "${0%/*}/window.sh"
measure duplication orders.jsonl

#!/bin/sh
# Prints the share of requests answered with a 5xx status, in %.
. "${0%/*}/window.sh"
measure errors orders.jsonl

#!/bin/sh
# Prints all tier-1 figures as JSON; while no request is answered, only the availability.
. "${0%/*}/window.sh"
measure tier1 orders.jsonl client.jsonl

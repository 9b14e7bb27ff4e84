#!/bin/sh
# Prints how the service performed over --period (30m, 1h, 1d; default 1h) and whether it is steady.
. "${0%/*}/window.sh"

usage="write --period 30m, 1h or 1d"
period=1h
while [ $# -gt 0 ]; do
    case $1 in
    --period) [ $# -ge 2 ] || fail "--period needs a value; $usage"; period=$2; shift 2 ;;
    --period=*) period=${1#*=}; shift ;;
    *) fail "unknown argument '$1'; $usage" ;;
    esac
done
case ${period%?} in
'' | *[!0-9]* | 0*) fail "--period is '$period'; $usage" ;;
esac
case $period in
*s) seconds=${period%s} ;;
*m) seconds=$((${period%m} * 60)) ;;
*h) seconds=$((${period%h} * 3600)) ;;
*d) seconds=$((${period%d} * 86400)) ;;
*) fail "--period is '$period'; $usage" ;;
esac
[ -r "$logs/summary.jsonl" ] || fail "no $logs/summary.jsonl; start the sample service or set ORDERS_FOLDER"

for old in 2 1; do
    [ ! -r "$logs/summary.jsonl.$old" ] || cat "$logs/summary.jsonl.$old"
done | cat - "$logs/summary.jsonl" |
    awk -v now="${now%.*}" -v seconds="$seconds" -v period="$period" -v name="${0##*/}" -f "$here/report.awk"

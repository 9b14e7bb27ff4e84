#!/bin/sh
# Prints the size of all log files in MB (10^6 bytes).
. "${0%/*}/window.sh"
[ -d "$logs" ] || fail "no $logs; start the sample service or set ORDERS_FOLDER"
ls -l "$logs" | awk '{ bytes += $5 } END { printf "%.6g\n", bytes / 1000000 }'

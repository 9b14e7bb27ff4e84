# Sourced by the check scripts: feeds the window's log lines to figures.awk.
#
# ORDERS_FOLDER  where the sample keeps its logs (default: .vigil/orders in the repository)
# ORDERS_WINDOW  seconds to look back (default 60)
# ORDERS_NOW     the end of the window in epoch seconds (default: now, to the second)

LC_ALL=C
export LC_ALL

here=${0%/*}
logs=${ORDERS_FOLDER:-$here/../../../.vigil/orders}/logs
window=${ORDERS_WINDOW:-60}

fail() {
    echo "${0##*/}: $1" >&2
    exit 1
}

case $window in
'' | *[!0-9]* | 0*) fail "ORDERS_WINDOW is '$window'; write whole seconds, 1 or more" ;;
esac
now=${ORDERS_NOW:-$(date +%s)} || fail "date does not tell the time"

# Prints the end of a log, long enough for the window at the sample's usual rate.
recent() {
    [ -r "$logs/$1" ] || return 0
    bytes=$((window * 30000))
    if [ -r "$logs/$1.1" ]; then
        size=$(wc -c <"$logs/$1")
        [ "$size" -ge "$bytes" ] || tail -c "$bytes" "$logs/$1.1"
    fi
    tail -c "$bytes" "$logs/$1"
}

# measure FIGURE LOG...: prints the figure of the window, or says why there is none and exits 1.
measure() {
    figure=$1
    shift
    for log in "$@"; do
        [ -r "$logs/$log" ] || fail "no $logs/$log; start the sample service or set ORDERS_FOLDER"
    done
    for log in "$@"; do recent "$log"; done |
        awk -v figure="$figure" -v now="$now" -v window="$window" \
            -v name="${0##*/}" -f "$here/figures.awk"
}

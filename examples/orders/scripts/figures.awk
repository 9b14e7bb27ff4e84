# Reads the lines of orders.jsonl and client.jsonl (compact JSON), prints one figure of those
# after `since` up to `now`.
# Plain POSIX awk, so that mawk does. Lines that are not whole are passed over.

# The text after `mark` (a quoted key and its colon) in this line, or "" when the key is missing.
function after(mark,    at) {
    at = index($0, mark)
    return at ? substr($0, at + length(mark), 9) : ""
}

BEGIN {
    timed = figure == "latency" || figure == "tier1"
    detailed = !(figure == "latency" || figure == "errors")
}

{
    at = index($0, "\"time\":")
    if (!at) next
    time = substr($0, at + 7, 20) + 0
    if (!begin) begin = time
    if (time <= now - window || time > now || substr($0, 1, 1) != "{" || substr($0, length($0)) != "}") next
    status = after("\"status\":")
    if (status !~ /^[0-9]/) next
    status += 0
    if (index($0, "\"error\":")) {
        asked++
        if (status && status < 500) answered++
        next
    }
    requests++
    if (status >= 500) errors++
    if (status < 400) taken++
    if (timed) sum += durations[requests] = after("\"duration_ms\":") + 0
    if (!detailed || !index($0, "\"stored\":true")) next
    orders++
    if (index($0, "\"duplicate\":true")) duplicates++
    if (figure == "duplication") next
    failed = index($0, "\"push\":\"failed\"") > 0
    failures += failed
    if (after("\"attempts\":") + 0 > 1) { retried++; rescued += !failed }
}

# Quickselect: the rank-th smallest of durations; earlier calls may have had lower ranks only.
function select(rank,    low, high, i, j, pivot, swap) {
    low = settled + 1; high = requests
    while (low < high) {
        pivot = durations[int((low + high) / 2)]
        i = low; j = high
        while (i <= j) {
            while (durations[i] < pivot) i++
            while (durations[j] > pivot) j--
            if (i <= j) { swap = durations[i]; durations[i] = durations[j]; durations[j] = swap; i++; j-- }
        }
        if (rank <= j) high = j
        else if (rank >= i) low = i
        else break
    }
    settled = rank - 1
    return durations[rank]
}

# The nearest-rank percentile in ms; `tenths` is 990 for P99.
function percentile(tenths,    rank) {
    rank = int((tenths * requests + 999) / 1000)
    return select(rank < 1 ? 1 : rank)
}

function share(part, whole) { return sprintf("%.6g", whole ? 100 * part / whole : 0) }

function fail(reason) {
    print name ": " reason " in the last " window " s" | "cat >&2"
    close("cat >&2")
    failing = 1
    exit 1
}

function latencies(    p50, p95, p99) {
    p50 = percentile(500); p95 = percentile(950); p99 = percentile(990)
    return sprintf("{\"latency_p50\": %.6g, \"latency_p95\": %.6g, \"latency_p99\": %.6g, \"latency_p999\": %.6g, \"latency_mean\": %.6g}",
        p50, p95, p99 / 1000, percentile(999) / 1000, sum / requests)
}

function tier1(    json) {
    json = "{\"availability\": " share(answered, asked)
    if (requests) json = json ", \"error_rate\": " share(errors, requests) ", \"latency_p99\": " sprintf("%.6g", percentile(990) / 1000)
    if (orders) json = json ", \"order_duplication_rate\": " share(duplicates, orders) ", \"push_failure_rate\": " share(failures, orders)
    return json "}"
}

END {
    if (figure == "availability" || figure == "tier1") {
        if (!asked) fail("the load asked nothing")
        print figure == "tier1" ? tier1() : share(answered, asked)
        exit 0
    }
    if (!requests) fail("no request was answered")
    if (figure == "errors") { print share(errors, requests); exit 0 }
    if (figure == "latency") { print latencies(); exit 0 }
    if (figure == "throughput") {
        # A log that is younger than the window holds less than a window's orders.
        span = begin > now - window ? now - begin : window
        printf "{\"throughput\": %.6g, \"order_success_rate\": %s}\n", orders / (span < 1 ? 1 : span), share(taken, requests)
        exit 0
    }
    if (!orders) fail("no order was stored")
    if (figure == "duplication") print share(duplicates, orders)
    if (figure == "failures") print share(failures, orders)
    if (figure == "retries")
        printf "{\"retry_success_rate\": %s, \"pushes_retried\": %d, \"pushes\": %d}\n", retried ? share(rescued, retried) : 100, retried, orders
}

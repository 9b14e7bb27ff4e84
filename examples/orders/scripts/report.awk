# Reads summary.jsonl (ten seconds a line), prints a report in twelve parts of the period.

function after(key,    at) {
    at = index($0, "\"" key "\":")
    if (!at) return ""
    at += length(key) + 3
    return substr($0, at + (substr($0, at, 1) == " "), 30)
}

!/^\{.*\}$/ { next }

{
    time = after("time") + 0
    if (time <= now - seconds || time > now + 1) next
    lines++
    if (!first) first = time
    part = int((time - (now - seconds)) / (seconds / 12))
    if (part > 11) part = 11
    requests = after("requests") + 0; stored = after("stored") + 0
    asked += after("asked"); answered += after("answered")
    all["requests"] += requests; all["stored"] += stored; all["errors"] += after("errors")
    all["duplicates"] += after("duplicates"); all["failed"] += after("failed")
    all["retried"] += after("retried"); all["rescued"] += after("rescued")
    spans[part] += 10; orders[part] += stored
    if (!requests) next
    p99 = after("p99") + 0
    n[part]++; mean[part] += after("mean") * requests; weight[part] += requests
    sum += after("mean") * requests
    if (p99 > worst[part]) worst[part] = p99
    if (p99 > peak) { peak = p99; split(after("iso"), peak_at, "\"") }
    p50[part] += after("p50") * requests
}

function share(part, whole) { return whole ? sprintf("%.3g %%", 100 * part / whole) : "-" }

END {
    if (!lines) {
        print name ": no summary in the last " period | "cat >&2"
        close("cat >&2")
        exit 1
    }
    covered = int((now - first + 10) / 60 + 0.5)
    printf "Performance of the order service, last %s (%d min covered)\n\n", period, covered
    printf "  requests           %d\n", all["requests"]
    printf "  orders stored      %d (%.1f/s)\n", all["stored"], all["stored"] / (lines * 10)
    printf "  stored twice       %s\n", share(all["duplicates"], all["stored"])
    printf "  pushes failed      %s\n", share(all["failed"], all["stored"])
    printf "  retries succeeded  %s\n", share(all["rescued"], all["retried"])
    printf "  errors             %s\n", share(all["errors"], all["requests"])
    printf "  availability       %s\n", share(answered, asked)
    if (all["requests"]) {
        printf "  mean latency       %.1f ms\n", sum / all["requests"]
        printf "  worst P99 of 10 s  %.1f ms at %s\n", peak, peak_at[2]
    }
    printf "\n  %-16s %10s %10s %10s %14s\n", "minutes ago", "orders/s", "P50 ms", "mean ms", "worst P99 ms"
    for (part = 0; part < 12; part++) {
        if (!spans[part]) continue
        ago = sprintf("%.1f to %.1f", (12 - part) * seconds / 720, (11 - part) * seconds / 720)
        printf "  %-16s %10.1f", ago, orders[part] / spans[part]
        if (n[part]) printf " %10.1f %10.1f %14.1f\n", p50[part] / weight[part], mean[part] / weight[part], worst[part]
        else printf " %10s %10s %14s\n", "-", "-", "-"
    }
}

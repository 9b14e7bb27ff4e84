// The server's event stream, reconnected when it breaks. The first window of a browser holds the one connection and
// passes events on, because a browser opens at most six connections to a host and each window would keep one.

import { begin } from "./api.js";

const RETRY_MS = 1500;

/** Calls on.change(change), on.lost() and on.back() (read everything again); on.ready() when another window listens. */
export function listen(on) {
  const channel = new BroadcastChannel("vigil.live");
  let wasLost = false;
  const tell = (report) => {
    if (report.type === "change") on.change(report.change);
    if (report.type === "lost" && !wasLost) {
      wasLost = true;
      on.lost();
    }
    if (report.type === "open") {
      wasLost = false;
      on.back();
    }
  };
  const tellAll = (report) => {
    tell(report);
    channel.postMessage(report);
  };
  channel.onmessage = ({ data }) => tell(data);
  const lead = () => new Promise(() => connect(tellAll));
  navigator.locks.request("vigil.live", { ifAvailable: true }, (lock) => {
    if (lock) return lead();
    on.ready();
    navigator.locks.request("vigil.live", lead);
    return null;
  });
}

function connect(tellAll) {
  const source = new EventSource("/local/events");
  source.onopen = () => tellAll({ type: "open" });
  source.addEventListener("change", (event) => tellAll({ type: "change", change: JSON.parse(event.data) }));
  source.onerror = () => {
    source.close();
    tellAll({ type: "lost" });
    const again = () => connect(tellAll);
    setTimeout(() => begin().then(again, again), RETRY_MS);
  };
}

// Talks to the workspace's /local/ interface. Nothing here throws: a failure is {ok: false, error, message}.

import { t } from "./words.js";

const UNREACHABLE = {
  ok: false,
  error: "unreachable",
  message: t("The local workspace cannot be reached. Is the program still running?"),
};

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
    if (response.status === 401) {
      await begin();
      response = await fetch(path, options);
    }
  } catch {
    return UNREACHABLE;
  }
  try {
    return await response.json();
  } catch {
    return { ok: false, error: `http_${response.status}`, message: t("The local workspace answered {status} to {path}.", { status: response.status, path }) };
  }
}

/** The page itself brings the session that every request needs; a workspace that was begun anew knows no older one. */
export const begin = () => fetch("/", { cache: "no-store" });

/** GET path with query parameters; those that are null are left out. */
export function get(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined);
  const query = new URLSearchParams(given).toString();
  return request(query ? `${path}?${query}` : path, { headers: { accept: "application/json" } });
}

/** POST body as JSON. */
export function post(path, body) {
  return request(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
}

const REASONS = {
  operation_timeout: t("Vigil did not answer within 3 seconds."),
  dispatch_failed: t("Vigil is not connected, so nobody heard this."),
  action_not_found: t("This has changed meanwhile, and what you chose is no longer there."),
  message_not_found: t("This message is no longer there."),
};

/** A failed answer in a sentence for people; for a command with Slack's own words first. */
export function sentence(answer) {
  const reason = REASONS[answer.error];
  if (!reason) return answer.message ?? t("This did not work ({why}).", { why: answer.error ?? t("no reason given") });
  return answer.message?.startsWith("/") ? `${answer.message}. ${reason}` : `${reason} (${answer.error})`;
}

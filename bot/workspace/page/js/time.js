// Instants in the viewer's own zone and language, on a 24-hour clock as in a log.

import { locale, t } from "./words.js";

const format = (options) => {
  const formatter = new Intl.DateTimeFormat(locale, options);
  return (date) => formatter.format(date);
};
const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const timeWithSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const numeric = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const short = format({ month: "short", day: "numeric", year: "numeric" });
const medium = format({ month: "long", day: "numeric", year: "numeric" });
const long = format({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const weekday = format({ weekday: "long", month: "long", day: "numeric" });
const full = format({ weekday: "long", year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" });

const RELATIVE = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const daysAgo = (date) => Math.round((startOfDay(new Date()) - startOfDay(date)) / 86_400_000);

export const dateOf = (ts) => new Date(Number(ts) * 1000);
export const clockTime = (ts) => time(dateOf(ts));
export const fullTime = (ts) => full(dateOf(ts));
export const dayKey = (ts) => startOfDay(dateOf(ts)).toDateString();

function pretty(date, otherwise) {
  const ago = daysAgo(date);
  return ago >= -1 && ago <= 1 ? capital(RELATIVE.format(-ago, "day")) : otherwise(date);
}

/** "Today", "Yesterday" or "Monday, January 19": the text of a day divider. */
export const dayName = (ts) => pretty(dateOf(ts), weekday);

/** "2 minutes ago". */
export function ago(ts, now = Date.now()) {
  const seconds = Math.round(Number(ts) - now / 1000);
  const steps = [["second", 60], ["minute", 3600, 60], ["hour", 86_400, 3600], ["day", Infinity, 86_400]];
  const [unit, , size = 1] = steps.find(([, below]) => Math.abs(seconds) < below);
  return unit === "second" ? t("just now") : RELATIVE.format(Math.round(seconds / size), unit);
}

/** Slack's <!date^…> format string filled in. */
export function dateTokens(seconds, pattern) {
  const date = new Date(seconds * 1000);
  const tokens = {
    date_num: () => numeric(date), date: () => medium(date), date_short: () => short(date), date_long: () => long(date),
    date_pretty: () => pretty(date, medium), date_short_pretty: () => pretty(date, short),
    date_long_pretty: () => pretty(date, long), time: () => time(date), time_secs: () => timeWithSeconds(date),
    ago: () => ago(seconds),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => tokens[name]?.() ?? whole);
}

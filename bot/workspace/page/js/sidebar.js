// The side bar: the workspace, its channels, direct messages and links, who one acts as, and whether the bot is there.

import { avatar } from "./avatar.js";
import { byId, h, icon, link } from "./dom.js";
import { t } from "./words.js";

function row(store, channel, current) {
  const unread = store.unread(channel);
  const name = channel.is_im ? store.botName() : channel.name;
  const badge = unread.mentions ? h("span", { class: "count", role: "img", "aria-label": t("{n} unread mentions", { n: unread.mentions }) }, String(unread.mentions)) : null;
  const secret = channel.is_private ? h("span", { class: "visually-hidden" }, `, ${t("private")}`) : null;
  const state = unread.messages ? h("span", { class: "visually-hidden" }, `, ${t("{n} unread", { n: unread.messages })}`) : null;
  const isCurrent = channel.id === current;
  return h("li", {}, h("a", {
    href: `#${channel.is_im ? `@${store.bot.name}` : channel.name}`, class: ["row", isCurrent && "current", unread.messages && "unread"].filter(Boolean).join(" "),
    "aria-current": isCurrent ? "page" : null, dataset: { key: channel.id },
  }, channel.is_im ? avatar(store, store.bot.id, "tiny") : h("span", { class: "hash", "aria-hidden": "true" }, channel.is_private ? icon("lock") : "#"),
  h("span", { class: "row-name" }, name), channel.is_im ? h("span", { class: "badge" }, "APP") : channel.is_archived ? h("span", { class: "badge" }, t("archived")) : null, secret, state, badge));
}

const KNOWN = { "Break the sample service": t("Break the sample service") }; // what the bot itself puts there

function outside({ title, url }) {
  const way = link(url, icon("spark"), h("span", { class: "row-name" }, KNOWN[title] ?? title), icon("external"));
  way.classList.add("row", "outside");
  return h("li", {}, way);
}

const sectionOf = (title, rows) => (rows.length ? h("section", {}, h("h2", {}, title), h("ul", {}, rows)) : null);

function drawNavigation(store, current) {
  const focused = document.activeElement?.dataset?.key;
  const visible = store.visibleChannels();
  const nav = byId("navigation");
  nav.replaceChildren(...[
    sectionOf(t("Channels"), visible.filter((one) => !one.is_im).map((one) => row(store, one, current))),
    sectionOf(t("Direct messages"), visible.filter((one) => one.is_im).map((one) => row(store, one, current))),
    sectionOf(t("Try it"), store.links.map(outside)),
  ].filter(Boolean));
  if (focused) nav.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function drawBot(store) {
  const { bot } = store;
  const name = store.botName() || t("The bot");
  byId("bot-state").className = bot.connected ? "bot-state connected" : "bot-state";
  byId("bot-state").replaceChildren(
    h("span", { class: "dot", "aria-hidden": "true" }), h("span", {}, t(bot.connected ? "{name} is connected" : "{name} is not connected", { name })));
}

function drawPeople(store) {
  const select = byId("acting-as");
  const shown = store.people().map((user) => `${user.id} ${user.real_name}`).join();
  if (select.dataset.shown !== shown) {
    select.replaceChildren(...store.people().map((user) => h("option", { value: user.id }, user.real_name || user.name)));
    select.dataset.shown = shown;
  }
  select.value = store.me;
  const away = store.isAway(store.me);
  const presence = t(away ? "away" : "active");
  byId("acting-avatar").replaceChildren(avatar(store, store.me, "small"), h("span", { class: away ? "presence away" : "presence", role: "img", "aria-label": presence, title: presence }));
}

export function drawSidebar(store, current) {
  byId("team").textContent = store.team;
  drawNavigation(store, current);
  drawBot(store);
  if (store.me) drawPeople(store);
}

/** The drawer on a narrow screen: as long as it is open, what it covers cannot be reached by keyboard either. */
export function setUpDrawer() {
  const set = (open) => {
    if (open === document.body.classList.contains("drawer-open")) return;
    document.body.classList.toggle("drawer-open", open);
    byId("menu-button").setAttribute("aria-expanded", String(open));
    for (const covered of ["main", "thread"]) byId(covered).inert = open;
    (open ? byId("navigation").querySelector("a") : byId("menu-button"))?.focus();
  };
  byId("menu-button").addEventListener("click", () => set(!document.body.classList.contains("drawer-open")));
  byId("drawer-shade").addEventListener("click", () => set(false));
  byId("navigation").addEventListener("click", (event) => event.target.closest("a") && set(false));
  addEventListener("keydown", (event) => event.key === "Escape" && set(false));
}

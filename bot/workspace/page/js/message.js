// One message → one article.

import { post } from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { h, icon, link } from "./dom.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { isReply } from "./store.js";
import { pickEmoji } from "./reactions.js";
import { clockTime, dayKey, dayName, fullTime } from "./time.js";
import { t } from "./words.js";

const FACES = 4;

function edited(message) {
  if (!message.edits && !message.edited_ts) return null;
  const title = message.edited_ts ? t("Edited {when}", { when: fullTime(message.edited_ts) }) : null;
  return h("span", { class: "edited", title }, t("(edited)"));
}

function body(message, surface) {
  if (message.blocks?.length) return h("div", { class: "blocks" }, renderBlocks(message.blocks, surface));
  return h("div", { class: "text" }, mrkdwn(message.text ?? "", surface.names), edited(message));
}

/** Slack's older way to say more: a coloured bar with blocks, or with a handful of texts. */
function attachment(one, surface) {
  const colours = { good: "#2eb67d", warning: "#d9a514", danger: "#e01e5a" };
  const colour = colours[one.color] ?? (one.color ? `#${one.color.replace("#", "")}` : null);
  const said = (text, kind) => (text ? h("div", { class: kind }, mrkdwn(text, surface.names)) : null);
  const fields = one.fields?.map((field) => h("div", {}, h("b", {}, field.title), said(field.value, "text")));
  const inside = one.blocks?.length ? renderBlocks(one.blocks, surface) : [
    said(one.author_name, "note"), one.title ? h("b", {}, one.title_link ? link(one.title_link, one.title) : one.title) : null,
    said(one.text, "text"), fields ? h("div", { class: "fields" }, fields) : null, said(one.footer, "note"),
    one.text || one.title || fields ? null : said(one.fallback, "text")];
  const bar = h("div", { class: "attachment" }, inside);
  if (colour) bar.style.borderColor = colour; // the page's policy allows no style attribute
  return [said(one.pretext, "text"), bar];
}

const attachments = (message, surface) => message.attachments?.map((one) => attachment(one, surface)) ?? null;

const IMAGE = /^image\//;

function attached(message) {
  if (!message.files?.length) return null;
  const address = (file) => `/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`;
  const one = (file) => h("a", { class: IMAGE.test(file.mimetype) ? "file picture" : "file", href: address(file), target: "_blank", rel: "noopener" },
    IMAGE.test(file.mimetype) ? h("img", { src: address(file), alt: file.title || file.name, loading: "lazy" }) : null,
    h("span", { class: "file-title" }, file.title || file.name), h("span", { class: "file-name" }, file.name));
  return h("div", { class: "files" }, message.files.map(one));
}

function reactions(view) {
  const { message, store, surface } = view;
  if (!message.reactions?.length) return null;
  const pill = ({ name, users = [], count }) => {
    const mine = users.includes(store.me);
    const who = users.map((id) => surface.names.user(id) ?? id).join(", ");
    return h("button", {
      type: "button", class: mine ? "reaction mine" : "reaction", title: who, "aria-pressed": String(mine), "aria-label": `:${name}: ${count ?? users.length} · ${who}`,
      onclick: () => mark(view, mine ? "unreact" : "react", { name }),
    }, emoji(name), h("span", {}, String(count ?? users.length)));
  };
  return h("div", { class: "reactions" }, message.reactions.map(pill));
}

function threadLine(view) {
  const { replies, store, message, channel } = view;
  if (!replies?.length || view.inThread) return null;
  const people = [...new Set(replies.map((reply) => reply.user))].slice(0, FACES);
  const last = replies.at(-1);
  const when = dayKey(last.ts) === dayKey(Date.now() / 1000) ? clockTime(last.ts) : `${dayName(last.ts)}, ${clockTime(last.ts)}`;
  const seen = store.lastRead(`${channel}/${message.ts}`) ?? "";
  const mentioned = replies.some((reply) => reply.ts > seen && store.mentionsMe(reply));
  return h("button", { type: "button", class: mentioned ? "thread-line mentioned" : "thread-line", onclick: () => view.openThread(message.ts) },
    h("span", { class: "faces" }, people.map((user) => avatar(store, user, "tiny"))),
    h("span", { class: "thread-count" }, replies.length === 1 ? t("1 reply") : t("{n} replies", { n: replies.length })),
    h("span", { class: "thread-last" }, t("Last reply {when}", { when })),
    mentioned ? h("span", { class: "pill" }, t("mentions you")) : null);
}

function broadcastLine(view) {
  const { message } = view;
  if (!isReply(message) || !message.broadcast) return null;
  if (view.inThread) return h("div", { class: "note" }, icon("thread"), t("Also sent to the channel"));
  return h("div", { class: "note" }, icon("thread"), t("replied to a thread: "),
    h("button", { type: "button", class: "link-button", onclick: () => view.openThread(message.thread_ts) }, view.rootText || t("open the thread")));
}

const tool = (title, name, onclick) => h("button", { type: "button", class: "icon-button", "aria-label": title, title, onclick }, icon(name));

/** A reaction, or a shortcut of the message's menu. */
const mark = ({ message, store }, deed, what) => post(`/local/${deed}`, { user: store.me, channel: message.channel, ts: message.ts, ...what });

/** view: {message, channel, store, surface, replies, compact, inThread, rootText, openThread(ts)} */
export function renderMessage(view) {
  const { message, store } = view;
  const name = store.displayName(message.user);
  const mine = store.mentionsMe(message);
  const time = h("time", { datetime: new Date(message.ts * 1000).toISOString(), title: fullTime(message.ts) }, clockTime(message.ts));
  const kind = ["message", view.compact && "compact", message.ephemeral_to && "ephemeral", mine && "mentions-me"].filter(Boolean).join(" ");
  return h("article", { class: kind, tabindex: "-1", "aria-label": `${name}, ${clockTime(message.ts)}`, dataset: { ts: message.ts } },
    message.ephemeral_to ? h("div", { class: "note only-you" }, icon("eye"), t("Only visible to you")) : null,
    view.compact ? h("span", { class: "gutter" }, time) : avatar(store, message.user),
    h("div", { class: "message-main" },
      view.compact ? null : h("div", { class: "byline" },
        h("span", { class: "author" }, name), store.isBot(message.user) ? h("span", { class: "badge" }, "APP") : null, time,
        message.blocks?.length ? edited(message) : null), // under a card's buttons it would look like one of them
      broadcastLine(view), body(message, view.surface), attachments(message, view.surface), attached(message), reactions(view), threadLine(view)),
    message.ephemeral_to ? null : h("div", { class: "message-tools" },
      tool(t("React with an emoji"), "smile", (event) => pickEmoji(event.currentTarget, (name) => mark(view, "react", { name }))),
      tool(t("Make this an alert"), "alert", () => mark(view, "shortcut", { callback_id: "alert" })),
      tool(t("Add to the timeline"), "pin", () => mark(view, "shortcut", { callback_id: "note" })),
      view.inThread ? null : tool(t("Reply in thread"), "thread", () => view.openThread(isReply(message) ? message.thread_ts : message.ts))));
}

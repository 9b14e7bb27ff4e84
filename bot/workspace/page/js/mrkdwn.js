// Slack's mrkdwn → DOM nodes. Marks, references and emoji become elements; everything else becomes text nodes.

import { h, link } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { dateTokens, fullTime } from "./time.js";
import { t } from "./words.js";

const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export function emoji(name, written = `:${name}:`) {
  const character = emojiOf(name);
  if (!character) return document.createTextNode(written);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: written }, character);
}

/** A plain_text object's text where no element may stand, as in an option's or a field's attribute. */
export const plainString = (object) => (object ? decode(object.text) : null);

/** plain_text: only emoji and the three escapes are special. */
export function plain(text) {
  return text.split(/(:[a-z0-9_+'-]+:)/).filter(Boolean)
    .map((part) => (/^:[a-z0-9_+'-]+:$/.test(part) ? emoji(part.slice(1, -1)) : decode(part)));
}

const mention = (mine, title, ...children) => h("span", { class: mine ? "mention mine" : "mention", title }, ...children);

function dateReference(body, label) {
  const [, seconds, pattern, address] = body.split("^");
  if (!/^\d+$/.test(seconds ?? "") || !pattern) return decode(label ?? body);
  const shown = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fullTime(seconds) },
    dateTokens(Number(seconds), decode(pattern)));
  return address ? link(decode(address), shown) : shown;
}

/** One <…> reference: a person, channel, user group, broadcast, date or link. */
function reference(inside, names) {
  const bar = inside.indexOf("|");
  const body = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : inside.slice(bar + 1);
  if (body.startsWith("@")) {
    const id = body.slice(1);
    return mention(id === names.me, id, `@${names.user(id) ?? label ?? id}`);
  }
  if (body.startsWith("#")) return mention(false, body.slice(1), `#${names.channel(body.slice(1)) ?? label ?? body.slice(1)}`);
  if (body.startsWith("!subteam^")) {
    const id = body.slice(9);
    return mention(names.inUsergroup(id), id, `@${names.usergroup(id) ?? label?.replace(/^@/, "") ?? id}`);
  }
  if (["!here", "!channel", "!everyone"].includes(body)) return mention(true, t("Everybody in the channel"), `@${body.slice(1)}`);
  if (body.startsWith("!date^")) return dateReference(body, label);
  const address = decode(body);
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? link(address, decode(label ?? body.replace(/^mailto:/, ""))) : decode(`<${inside}>`);
}

const FIRST = 0xe000; // private-use characters stand for finished nodes while the marks around them are read
const ATOM = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]])/g;
const MARKED = /(?<![\p{L}\p{N}])([*_~])(?!\s|\1)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/su;
const TAGS = { "*": "strong", _: "em", "~": "s" };

function leaves(text, atoms) {
  return text.split(/([\uE000-\uF8FF])/).filter(Boolean)
    .map((part) => atoms[part.charCodeAt(0) - FIRST] ?? decode(part));
}

function marks(text, atoms) {
  const nodes = [];
  let rest = text;
  for (let found = MARKED.exec(rest); found; found = MARKED.exec(rest)) {
    nodes.push(...leaves(rest.slice(0, found.index), atoms), h(TAGS[found[1]], {}, marks(found[2], atoms)));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...nodes, ...leaves(rest, atoms)];
}

/** Marks, code, references, emoji and bare web addresses of running text → nodes. */
export function inline(text, names) {
  const atoms = [];
  const held = text.replace(/[\uE000-\uF8FF]/g, "\uFFFD").replace(ATOM, (whole, code, inside, name, address) => {
    if (atoms.length >= 6000 || (name && !emojiOf(name))) return whole;
    if (code) atoms.push(h("code", {}, decode(code)));
    else if (inside) atoms.push(reference(inside, names));
    else if (name) atoms.push(emoji(name, whole));
    else atoms.push(link(decode(address), decode(address)));
    return String.fromCharCode(FIRST + atoms.length - 1);
  });
  return marks(held, atoms);
}

const QUOTE = /^(?:>|&gt;) ?/;
const ITEM = /^(\s*)([•◦▪‣*-]|\d{1,3}[.)])\s+(?=\S)/;
const kindOf = (line) => (QUOTE.test(line) ? "quote" : ITEM.test(line) ? "item" : "text");

function listItem(line, names) {
  const [lead, indent, marker] = ITEM.exec(line);
  const depth = Math.min(4, Math.floor(indent.length / 2));
  return h("div", { class: `item depth-${depth}` }, h("span", { class: "marker" }, marker), h("span", {}, inline(line.slice(lead.length), names)));
}

function paragraphs(text, names) {
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map(({ kind, lines }) => {
    if (kind === "item") return lines.map((line) => listItem(line, names));
    if (kind === "quote") return h("blockquote", {}, inline(lines.map((line) => line.replace(QUOTE, "")).join("\n"), names));
    return h("div", { class: "lines" }, inline(lines.join("\n"), names));
  });
}

/** A whole mrkdwn text → nodes: fenced code, quotes, lists, lines. */
export function mrkdwn(text, names) {
  return text.split("```").flatMap((part, n, parts) => {
    if (n % 2 === 1 && n < parts.length - 1) return h("pre", {}, h("code", {}, decode(part.replace(/^\n|\n$/g, ""))));
    const outside = part.replace(n > 0 ? /^\n/ : /(?!)/, "").replace(n < parts.length - 1 ? /\n$/ : /(?!)/, "");
    const shown = n % 2 === 1 ? `\`\`\`${outside}` : outside;
    return shown || parts.length === 1 ? paragraphs(shown, names) : [];
  });
}

/** A text object {type, text} → nodes. */
export function textObject(object, names) {
  if (!object) return [];
  return object.type === "plain_text" ? plain(object.text) : mrkdwn(object.text, names);
}

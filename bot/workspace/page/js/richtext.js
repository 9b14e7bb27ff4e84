// Block Kit's rich_text: sections, lists, quotes and preformatted text → DOM nodes.

import { h, link } from "./dom.js";
import { emoji, inline } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

function leaf(element, names) {
  switch (element.type) {
    case "text": return element.text;
    case "emoji": return emoji(element.name);
    case "link": return link(element.url, element.text ?? element.url);
    case "user": return inline(`<@${element.user_id}>`, names);
    case "channel": return inline(`<#${element.channel_id}>`, names);
    case "usergroup": return inline(`<!subteam^${element.usergroup_id}>`, names);
    case "broadcast": return inline(`<!${element.range}>`, names);
    case "date": return inline(`<!date^${element.timestamp}^${element.format}|${element.fallback ?? ""}>`, names);
    default: return `[${element.type}]`;
  }
}

function styled(element, names) {
  const marks = Object.keys(STYLES).filter((style) => element.style?.[style]);
  return marks.reduceRight((inside, style) => h(STYLES[style], {}, inside), leaf(element, names));
}

const run = (part, names) => (part.elements ?? []).map((element) => styled(element, names));

function list(part, names) {
  const items = part.elements.map((section) => h("li", {}, run(section, names)));
  const indent = `indent-${Math.min(4, part.indent ?? 0)}`;
  return part.style === "ordered" ? h("ol", { class: indent, start: (part.offset ?? 0) + 1 }, items) : h("ul", { class: indent }, items);
}

/** A rich_text value {elements: […]} → nodes. */
export function richText(value, names) {
  return value.elements.map((part) => {
    switch (part.type) {
      case "rich_text_list": return list(part, names);
      case "rich_text_quote": return h("blockquote", {}, run(part, names));
      case "rich_text_preformatted": return h("pre", {}, h("code", {}, run(part, names)));
      default: return h("div", { class: "lines" }, run(part, names));
    }
  });
}

// Block Kit blocks → DOM nodes.

import { h } from "./dom.js";
import { image, renderElement } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { mrkdwn, plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { t } from "./words.js";

function section(block, surface) {
  const fields = block.fields?.map((field) => h("div", { class: "field" }, textObject(field, surface.names)));
  return h("div", { class: "block section" },
    h("div", { class: "section-main" },
      block.text ? h("div", { class: "text" }, textObject(block.text, surface.names)) : null,
      fields ? h("div", { class: "fields" }, fields) : null),
    block.accessory ? h("div", { class: "accessory" }, renderElement(block.accessory, surface)) : null);
}

function context(block, surface) {
  const parts = block.elements.map((element) =>
    element.type === "image" ? image(element) : h("span", { class: "context-text" }, textObject(element, surface.names)));
  return h("div", { class: "block context" }, parts);
}

function cell(value, tag, settings, surface) {
  const content = value.type === "rich_text" ? richText(value, surface.names) : plain(String(value.text ?? value.value ?? ""));
  const right = settings?.align === "right" || value.type === "raw_number";
  const align = right ? "right" : settings?.align === "center" ? "center" : null;
  return h(tag, { scope: tag === "th" ? "col" : null, class: [align, settings?.is_wrapped ? "wrapped" : null].filter(Boolean).join(" ") || null }, content);
}

function table(block, surface) {
  const [head, ...rows] = block.rows;
  const row = (cells, tag) => h("tr", {}, cells.map((value, n) => cell(value, tag, block.column_settings?.[n], surface)));
  return h("div", { class: "block table", tabindex: "0", role: "region", "aria-label": t("Table") },
    h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, rows.map((cells) => row(cells, "td")))));
}

function picture(block, surface) {
  return h("figure", { class: "block picture" },
    block.title ? h("figcaption", {}, textObject(block.title, surface.names)) : null, image(block));
}

/** Markdown, as Slack's own way of writing has it: what is bold, headings and links. */
function asMrkdwn(text) {
  const harmless = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return harmless.replace(/\*\*(.+?)\*\*/g, "*$1*").replace(/^#+ (.+)$/gm, "*$1*").replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>");
}

function render(block, surface) {
  switch (block.type) {
    case "section": return section(block, surface);
    case "header": return h("h3", { class: "block header" }, plain(block.text.text));
    case "context": return context(block, surface);
    case "actions": return h("div", { class: "block actions" }, block.elements.map((element) => renderElement(element, surface)));
    case "divider": return h("hr", { class: "block divider" });
    case "image": return picture(block, surface);
    case "table": return table(block, surface);
    case "rich_text": return h("div", { class: "block text" }, richText(block, surface.names));
    case "markdown": return h("div", { class: "block text lines" }, mrkdwn(asMrkdwn(block.text), surface.names));
    case "input": return inputBlock(block, surface);
    default: return h("div", { class: "block missing" }, t("The page cannot show the block “{type}”.", { type: block.type }));
  }
}

/** Blocks → nodes. surface: {names, people(), channels(), act(element, value)}; a malformed block is said, not thrown. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => {
    try {
      return render(block, surface);
    } catch (error) {
      return h("div", { class: "block missing" }, t("A block of type “{type}” is malformed: {why}", { type: block?.type, why: error.message }));
    }
  });
}

// Input blocks of modals, and reading back what was entered.

import { freshId, h } from "./dom.js";
import { plainString, textObject } from "./mrkdwn.js";
import { t } from "./words.js";

function textInput(element, attributes, type = "text") {
  const shared = { ...attributes, placeholder: plainString(element.placeholder), minlength: element.min_length, maxlength: element.max_length };
  if (!element.multiline) return h("input", { ...shared, type, value: element.initial_value });
  return h("textarea", { ...shared, rows: 4 }, element.initial_value ?? "");
}

export function optionsOf(element, surface) {
  if (/channels|conversations/.test(element.type)) return surface.channels().map(({ id, name }) => ({ text: { text: `#${name}` }, value: id }));
  if (!element.type.includes("users")) return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  return surface.people().map((user) => ({ text: { text: user.real_name || user.name }, value: user.id }));
}

export function chosenOf(element) {
  const many = element.initial_options?.map((option) => option.value) ?? element.initial_users ?? element.initial_channels ?? element.initial_conversations ?? [];
  return [...many, element.initial_option?.value, element.initial_user, element.initial_channel, element.initial_conversation].filter(Boolean);
}

function select(element, attributes, surface) {
  const chosen = chosenOf(element);
  const many = element.type.startsWith("multi_");
  const empty = many ? null : h("option", { value: "" }, plainString(element.placeholder) ?? t("Choose…"));
  const options = optionsOf(element, surface).map((option) =>
    h("option", { value: option.value, selected: chosen.includes(option.value) }, plainString(option.text)));
  return h("select", { ...attributes, multiple: many }, empty, options);
}

export function choices(element, attributes, surface) {
  const type = element.type === "checkboxes" ? "checkbox" : "radio";
  const chosen = chosenOf(element);
  return h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": attributes["aria-labelledby"] },
    element.options.map((option) => h("label", {},
      h("input", { type, name: attributes.id, value: option.value, checked: chosen.includes(option.value) }),
      h("span", {}, textObject(option.text, surface.names),
        option.description ? h("span", { class: "hint" }, textObject(option.description, surface.names)) : null))));
}

function control(element, attributes, surface) {
  switch (element.type) {
    case "plain_text_input": return textInput(element, attributes);
    case "email_text_input": return textInput(element, attributes, "email");
    case "url_text_input": return textInput(element, attributes, "url");
    case "number_input":
      return h("input", { ...attributes, type: "number", value: element.initial_value, min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : "1" });
    case "datepicker": return h("input", { ...attributes, type: "date", value: element.initial_date });
    case "timepicker": return h("input", { ...attributes, type: "time", value: element.initial_time });
    case "datetimepicker": return h("input", { ...attributes, type: "datetime-local", value: localInput(element.initial_date_time) });
    case "checkboxes": case "radio_buttons": return choices(element, attributes, surface);
    case "static_select": case "users_select": case "channels_select": case "conversations_select":
    case "multi_static_select": case "multi_users_select": case "multi_channels_select": case "multi_conversations_select":
      return select(element, attributes, surface);
    default: return h("span", { class: "missing" }, t("The page cannot show the input “{type}”.", { type: element.type }));
  }
}

export function localInput(seconds) {
  if (!seconds) return null;
  const date = new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

/** An input block: label, control, hint and a place for the server's objection. */
export function inputBlock(block, surface) {
  const id = freshId("input");
  const { element } = block;
  const attributes = { id, required: !block.optional, "aria-labelledby": `${id}-label`, "aria-describedby": `${id}-hint ${id}-error` };
  const label = [textObject(block.label, surface.names), block.optional ? h("span", { class: "optional" }, t(" (optional)")) : null];
  const box = h("div", { class: "block input", dataset: { block: block.block_id ?? "" } },
    h("label", { id: `${id}-label`, for: id }, label), control(element, attributes, surface),
    h("div", { class: "hint", id: `${id}-hint` }, block.hint ? textObject(block.hint, surface.names) : null),
    h("div", { class: "field-error", id: `${id}-error`, role: "alert" }));
  box.blockElement = element;
  return box;
}

function valueOf(box, { type }) {
  const value = box.querySelector("input, select, textarea")?.value || null;
  if (type === "datetimepicker") return value ? Math.floor(new Date(value) / 1000) : null;
  const checked = [...box.querySelectorAll("input:checked, option:checked")].map((one) => one.value).filter(Boolean);
  if (type === "checkboxes" || type.startsWith("multi_")) return checked;
  return type === "radio_buttons" ? checked[0] ?? null : value;
}

/** What was entered: {block_id: {action_id: text, option value, list of option values or null}}. */
export function readInputs(root) {
  const values = {};
  for (const box of root.querySelectorAll(".block.input")) {
    const element = box.blockElement;
    values[box.dataset.block] = { [element.action_id]: valueOf(box, element) };
  }
  return values;
}

/** Shows the server's objections {block_id: sentence} beside their fields and moves the focus to the first. */
export function showErrors(root, errors) {
  const boxes = [...root.querySelectorAll(".block.input")];
  for (const box of boxes) {
    const said = errors[box.dataset.block] ?? "";
    box.classList.toggle("invalid", Boolean(said));
    box.querySelector(".field-error").textContent = said;
  }
  boxes.find((box) => errors[box.dataset.block])?.querySelector("input, select, textarea")?.focus();
}

// Block elements that act at once: buttons, menus, pickers. What they do goes through act(element, value).

import { confirmed } from "./dialog.js";
import { freshId, h, icon, safeUrl } from "./dom.js";
import { choices, chosenOf, localInput, optionsOf } from "./inputs.js";
import { chooseFrom } from "./menu.js";
import { plainString, textObject } from "./mrkdwn.js";
import { t } from "./words.js";

/** Asks for confirmation, then acts, showing the control as busy until the answer is there. */
async function press(control, element, value, surface) {
  if (control.getAttribute("aria-busy") === "true" || !(await confirmed(element.confirm, surface.names))) return;
  control.setAttribute("aria-busy", "true");
  try {
    await surface.act(element, value);
  } finally {
    control.removeAttribute("aria-busy");
  }
}

function button(element, surface) {
  const style = ["primary", "danger"].includes(element.style) ? ` ${element.style}` : "";
  const attributes = { class: `button${style}`, "aria-label": element.accessibility_label, dataset: { action: element.action_id ?? "" } };
  const text = h("span", {}, textObject(element.text, surface.names));
  const href = element.url && safeUrl(element.url);
  const control = href
    ? h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, text, icon("external"))
    : h("button", { ...attributes, type: "button" }, text);
  control.addEventListener("click", () => press(control, element, element.value ?? null, surface));
  return control;
}

const choice = (option, chosen, surface) => ({
  nodes: textObject(option.text, surface.names),
  detail: option.description ? textObject(option.description, surface.names) : null,
  value: option.value,
  chosen: option.value === chosen,
});

function groupsOf(element, surface) {
  const chosen = element.initial_option?.value;
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.map((group) => ({ label: plainString(group.label), options: group.options.map((option) => choice(option, chosen, surface)) }));
}

function people(element, surface) {
  return [{ options: surface.people().map((user) => ({
    nodes: [user.real_name || user.name], detail: [`@${user.name}`], value: user.id, chosen: user.id === element.initial_user,
  })) }];
}

function places(element, surface) {
  const chosen = element.initial_channel ?? element.initial_conversation;
  return [{ options: surface.channels().map((channel) => ({ nodes: [`#${channel.name}`], detail: null, value: channel.id, chosen: channel.id === chosen })) }];
}

function select(element, surface, groups, initial) {
  const label = element.placeholder ? textObject(element.placeholder, surface.names) : t("Choose…");
  const control = h("button", { type: "button", class: "button select", "aria-haspopup": "menu", "aria-expanded": "false", dataset: { action: element.action_id ?? "" } },
    h("span", {}, initial ?? label), icon("chevron"));
  control.addEventListener("click", async () => {
    const value = await chooseFrom(control, groups, control.textContent);
    if (value !== null) await press(control, element, value, surface);
  });
  return control;
}

function overflow(element, surface) {
  const control = h("button", { type: "button", class: "button overflow", "aria-label": t("More actions"), "aria-haspopup": "menu", "aria-expanded": "false", dataset: { action: element.action_id ?? "" } }, icon("more"));
  control.addEventListener("click", async () => {
    const value = await chooseFrom(control, [{ options: element.options.map((option) => choice(option, null, surface)) }], t("More actions"));
    if (value === null) return;
    const url = element.options.find((option) => option.value === value)?.url;
    if (url && safeUrl(url)) open(safeUrl(url), "_blank", "noopener,noreferrer");
    await press(control, element, value, surface);
  });
  return control;
}

const PICKS = { date: t("Choose a date"), time: t("Choose a time"), "datetime-local": t("Choose a moment") };

function picker(element, surface, type, initial) {
  const control = h("input", { type, class: "picker", value: initial, "aria-label": plainString(element.placeholder) ?? PICKS[type], dataset: { action: element.action_id ?? "" } });
  const value = () => (type === "datetime-local" ? Math.floor(new Date(control.value) / 1000) : control.value);
  control.addEventListener("change", () => control.value && press(control, element, value(), surface));
  return control;
}

/** Checkboxes and radio buttons: each change is told at once. */
function ticks(element, surface) {
  const box = choices(element, { id: freshId("choices") }, surface);
  box.dataset.action = element.action_id ?? "";
  box.addEventListener("change", () => {
    const chosen = [...box.querySelectorAll("input:checked")].map((one) => one.value);
    press(box, element, element.type === "checkboxes" ? chosen : chosen[0], surface);
  });
  return box;
}

/** A menu of several choices: what is chosen is told when the menu is left. */
function several(element, surface) {
  const options = optionsOf(element, surface);
  const chosen = new Set(chosenOf(element));
  const control = h("select", { multiple: true, class: "picker", "aria-label": plainString(element.placeholder) ?? t("Choose…"), dataset: { action: element.action_id ?? "" } },
    options.map((option) => h("option", { value: option.value, selected: chosen.has(option.value) }, plainString(option.text))));
  control.addEventListener("change", () => press(control, element, [...control.selectedOptions].map((one) => one.value), surface));
  return control;
}

export function image(element) {
  const source = safeUrl(element.image_url ?? element.slack_file?.url ?? (element.slack_file?.id ? new URL(`/files/${element.slack_file.id}/picture`, location.href).href : ""));
  if (!source) return h("span", { class: "missing" }, element.alt_text ?? t("Image"));
  return h("img", { src: source, alt: element.alt_text ?? "", loading: "lazy" });
}

/** An element → its control. surface: {names, people(), channels(), act(element, value)}. */
export function renderElement(element, surface) {
  switch (element.type) {
    case "button": return button(element, surface);
    case "static_select":
      return select(element, surface, groupsOf(element, surface), element.initial_option && textObject(element.initial_option.text, surface.names));
    case "users_select":
      return select(element, surface, people(element, surface), element.initial_user && surface.names.user(element.initial_user));
    case "channels_select": case "conversations_select":
      return select(element, surface, places(element, surface), surface.names.channel(element.initial_channel ?? element.initial_conversation));
    case "overflow": return overflow(element, surface);
    case "datepicker": return picker(element, surface, "date", element.initial_date);
    case "timepicker": return picker(element, surface, "time", element.initial_time);
    case "datetimepicker": return picker(element, surface, "datetime-local", localInput(element.initial_date_time));
    case "checkboxes": case "radio_buttons": return ticks(element, surface);
    case "multi_static_select": case "multi_users_select": case "multi_channels_select": case "multi_conversations_select":
      return several(element, surface);
    case "image": return image(element);
    default: return h("span", { class: "missing" }, t("The page cannot show the element “{type}”.", { type: element.type }));
  }
}

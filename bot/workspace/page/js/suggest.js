// What the composer offers while one types: /monitor and its words, @names, :emoji:.

import { freshId, h } from "./dom.js";
import { emojiLike } from "./emoji.js";
import { t } from "./words.js";

/** Suggestions for the text before the cursor: [{insert, from, title, detail}]; from = where the insertion begins. */
export function suggestions(before, store, inThread) {
  const { command, commands } = store;
  if (command && !inThread && /^\/\S*$/.test(before) && command.startsWith(before)) {
    return [{ insert: `${command} `, from: 0, title: command, detail: t("keeps watch after a deployment") }];
  }
  const typed = !inThread && command && before.startsWith(`${command} `) ? before.slice(command.length + 1) : null;
  const offered = typed === null ? [] : commands.filter(({ words }) => words.startsWith(typed) && depth(words) === depth(typed));
  if (offered.length) {
    return offered.map(({ words, usage, does }) =>
      ({ insert: `${command} ${words}`, from: 0, title: `${command} ${words} ${usage}`.trimEnd(), detail: does }));
  }
  const person = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u.exec(before);
  if (person) return people(person[1].toLowerCase(), before.length - person[1].length - 1, store);
  const short = /(?:^|\s):([a-z0-9_+-]{2,})$/.exec(before);
  if (short) {
    return emojiLike(short[1]).map(([name, character]) =>
      ({ insert: `:${name}: `, from: before.length - short[1].length - 1, title: `${character} :${name}:`, detail: "" }));
  }
  return [];
}

/** How many blanks: words of a command are offered one at a time. */
const depth = (text) => text.split(" ").length;

function people(letters, from, store) {
  return [...store.users.values()]
    .filter((user) => user.name.toLowerCase().startsWith(letters) || user.real_name?.toLowerCase().startsWith(letters))
    .slice(0, 8)
    .map((user) => ({ insert: `@${user.name} `, from, title: user.real_name || user.name, detail: `@${user.name}` }));
}

/** The list above the composer. It never takes the focus: the text field keeps it and points at the current choice. */
export class SuggestionList {
  #choices = [];
  #current = 0;

  constructor(field, onChoose) {
    Object.assign(this, { field, onChoose });
    this.list = h("div", { class: "suggestions", role: "listbox", id: freshId("suggestions"), "aria-label": t("Suggestions"), hidden: true });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
  }

  get open() {
    return !this.list.hidden;
  }

  show(choices) {
    this.#choices = choices;
    this.#current = 0;
    this.list.hidden = choices.length === 0;
    this.#draw();
  }

  /** True when the key was for the list. */
  onKey(event) {
    if (!this.open) return false;
    const size = this.#choices.length;
    if (event.key === "ArrowDown") this.#current = (this.#current + 1) % size;
    else if (event.key === "ArrowUp") this.#current = (this.#current + size - 1) % size;
    else if (event.key === "Escape") this.show([]);
    else if (event.key === "Tab" || (event.key === "Enter" && !this.#typedOut())) this.#choose(this.#current);
    else return false;
    event.preventDefault();
    this.#draw();
    return true;
  }

  /** Enter on a choice that already stands in the field sends the message instead. */
  #typedOut() {
    const choice = this.#choices[this.#current];
    return this.field.value.slice(choice.from).trimEnd() === choice.insert.trimEnd();
  }

  #choose(n) {
    const choice = this.#choices[n];
    this.show([]);
    this.onChoose(choice);
  }

  #draw() {
    this.list.replaceChildren(...this.#choices.map(({ title, detail }, n) =>
      h("div", { role: "option", id: `${this.list.id}-${n}`, "aria-selected": n === this.#current ? "true" : "false",
        onmousedown: (event) => event.preventDefault(), onclick: () => this.#choose(n) },
      h("span", { class: "suggestion-title" }, title), h("span", { class: "suggestion-detail" }, detail.replaceAll("`", "")))));
    this.list.children[this.#current]?.scrollIntoView({ block: "nearest" });
    if (this.open) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.#current}`);
    else this.field.removeAttribute("aria-activedescendant");
  }
}

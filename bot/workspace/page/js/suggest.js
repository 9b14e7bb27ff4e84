// What the composer offers while one types: /monitor and its words, @names, :emoji:.

import { freshId, h } from "./dom.js";
import { emojiLike } from "./emoji.js";

const COMMAND = "/monitor";
const WORDS = [
  ["help", "what Vigil can do"],
  ["status", "the panel: every value beside its target"],
  ["run", "run the checks now"],
  ["alerts", "what is wrong at this moment"],
  ["errors", "new types of errors in the logs"],
  ["ack", "take an alert: the escalation stops"],
  ["take", "take an alert over"],
  ["snooze", "be woken again by it later"],
  ["unack", "give an alert back"],
  ["resolve", "close an alert"],
  ["escalate", "page the next level now"],
  ["silence", "let alerts be quiet for a while"],
  ["silences", "what is quiet now"],
  ["unsilence", "end a silence"],
  ["oncall", "who is on call, now and next"],
  ["override", "put somebody else on call"],
  ["swap", "take each other's next shift"],
  ["plan", "the calendar of rounds and gates"],
  ["gate", "how the last gate came out"],
  ["baseline", "before the deployment and after it, metric by metric"],
  ["report", "compose a report now"],
  ["remark", "add a remark to the plan's list"],
  ["watch", "the watches: start, pause, extend, stop"],
  ["action", "what can be done to the service"],
  ["playbook", "the emergency flows"],
  ["rollback", "roll the deployment back"],
  ["note", "add to the incident's timeline"],
];

/** Suggestions for the text before the cursor: [{insert, from, title, detail}]; from = where the insertion begins. */
export function suggestions(before, store, inThread) {
  const command = !inThread && /^\/(\S*)$/.exec(before);
  if (command && COMMAND.startsWith(before)) return [{ insert: `${COMMAND} `, from: 0, title: COMMAND, detail: "keeps watch after a deployment" }];
  const word = !inThread && new RegExp(`^${COMMAND} (\\S*)$`).exec(before);
  if (word) {
    return WORDS.filter(([name]) => name.startsWith(word[1]))
      .map(([name, detail]) => ({ insert: `${COMMAND} ${name}`, from: 0, title: `${COMMAND} ${name}`, detail }));
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
    this.list = h("div", { class: "suggestions", role: "listbox", id: freshId("suggestions"), "aria-label": "Suggestions", hidden: true });
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
      h("span", { class: "suggestion-title" }, title), h("span", { class: "suggestion-detail" }, detail))));
    this.list.children[this.#current]?.scrollIntoView({ block: "nearest" });
    if (this.open) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.#current}`);
    else this.field.removeAttribute("aria-activedescendant");
  }
}

// Where one types: messages, slash commands, history, and what went wrong.

import { sentence } from "./api.js";
import { h, icon } from "./dom.js";
import { SuggestionList, suggestions } from "./suggest.js";
import { t } from "./words.js";

const HISTORY = 50;

export class Composer {
  #history = [];
  #place = 0; // in the history; its length means: not in it
  #sending = 0;

  /** send(text) → the server's answer. */
  constructor(root, store, { label, inThread, send }) {
    Object.assign(this, { root, store, inThread, send });
    this.field = h("textarea", { rows: 1, "aria-label": label, placeholder: label, autocomplete: "off", spellcheck: true });
    this.list = new SuggestionList(this.field, (choice) => this.#insert(choice));
    this.button = h("button", { type: "button", class: "send", "aria-label": t("Send"), title: t("Send (Enter)"), disabled: true, onclick: () => this.#submit() }, icon("send"));
    this.status = h("div", { class: "composer-status", role: "status", dataset: { sending: t("Sending…") } });
    root.append(this.list.list, h("div", { class: "composer-box" }, this.field, this.button), this.status);
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("blur", () => this.list.show([]));
  }

  relabel(label) {
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.#say(null);
  }

  focus() {
    this.field.focus();
  }

  begin(text) {
    this.#set(text);
    this.focus();
    this.#typed();
  }

  #set(text) {
    this.field.value = text;
    this.field.setSelectionRange(text.length, text.length);
    this.#fit();
  }

  #fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    this.button.disabled = this.field.value.trim() === "";
  }

  #typed() {
    this.#fit();
    this.#say(null);
    this.list.show(suggestions(this.field.value.slice(0, this.field.selectionStart), this.store, this.inThread));
  }

  #insert({ insert, from }) {
    const after = this.field.value.slice(this.field.selectionStart);
    this.field.value = this.field.value.slice(0, from) + insert + after;
    this.field.setSelectionRange(from + insert.length, from + insert.length);
    this.focus();
    this.#typed();
  }

  #key(event) {
    if (event.isComposing || this.list.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && (this.field.value === "" || this.#place < this.#history.length)) {
      this.#recall(event, -1);
    } else if (event.key === "ArrowDown" && this.#place < this.#history.length) {
      this.#recall(event, 1);
    }
  }

  #recall(event, step) {
    const place = Math.max(0, Math.min(this.#history.length, this.#place + step));
    if (place === this.#place) return;
    event.preventDefault();
    this.#place = place;
    this.#set(this.#history[place] ?? "");
  }

  async #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.#history = [...this.#history.filter((one) => one !== text), text].slice(-HISTORY);
    this.#place = this.#history.length;
    this.#set("");
    this.list.show([]);
    this.#sending += 1;
    this.root.classList.add("sending");
    const answer = await this.send(text);
    this.#sending -= 1;
    this.root.classList.toggle("sending", this.#sending > 0);
    if (answer.ok) return;
    this.#say(sentence(answer));
    if (this.field.value === "") this.#set(text);
  }

  #say(text) {
    this.status.replaceChildren(...(text ? [icon("warning"), h("span", {}, text)] : []));
    this.status.classList.toggle("failed", Boolean(text));
  }
}

// A list of messages that redraws only what changed: one node a message, keyed by its ts.

import { h } from "./dom.js";
import { dayKey, dayName } from "./time.js";
import { t } from "./words.js";

const STEP = 200; // messages drawn at first, and more each time the reader reaches the top
const NEAR_PX = 48;

export class Timeline {
  #drawn = new Map(); // key → {node, message, variant}
  #limit = STEP;
  #stick = true; // the reader is at the bottom: stay there
  #last = null;

  /** draw(message, previous) → {variant: string, render() → node}: a changed message or variant is drawn anew. */
  constructor(scroller, list, { draw, onBottom }) {
    Object.assign(this, { scroller, list, draw, onBottom });
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#stick && this.toBottom()).observe(list);
    new ResizeObserver(() => this.#stick && this.toBottom()).observe(scroller);
  }

  /** Forgets what is drawn: another channel, thread or person. */
  clear() {
    this.#drawn.clear();
    this.list.replaceChildren();
    this.#limit = STEP;
    this.#stick = true;
  }

  atBottom = () => this.#stick;

  toBottom() {
    this.#stick = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Brings the list to these messages (in order). newAfter: ts after which the "New" line stands, or null. */
  sync(messages, newAfter = null) {
    this.#last = [messages, newAfter];
    const focus = this.#focus();
    const keys = new Set();
    let cursor = this.list.firstChild;
    for (const [key, entry] of this.#entries(messages, newAfter)) {
      keys.add(key);
      const before = this.#drawn.get(key)?.node;
      const node = this.#node(key, entry);
      if (before && before === cursor) cursor = node;
      if (node === cursor) cursor = cursor.nextSibling;
      else this.list.insertBefore(node, cursor);
    }
    for (const [key, { node }] of this.#drawn) {
      if (keys.has(key)) continue;
      node.remove();
      this.#drawn.delete(key);
    }
    this.#restore(focus);
    if (this.#stick) this.toBottom();
  }

  *#entries(messages, newAfter) {
    let previous = null;
    let divided = newAfter === null;
    for (const message of messages.slice(-this.#limit)) {
      const day = dayKey(message.ts);
      const newDay = !previous || dayKey(previous.ts) !== day;
      if (newDay) yield [`day ${day}`, { variant: dayName(message.ts), render: () => divider(dayName(message.ts)) }];
      const begins = !divided && message.ts > newAfter;
      if (begins) yield ["new", { variant: "", render: () => h("div", { class: "new-line", role: "separator" }, h("span", {}, t("New"))) }];
      divided ||= begins;
      yield [message.ts, { message, ...this.draw(message, newDay || begins ? null : previous) }];
      previous = message;
    }
  }

  #node(key, { message, variant, render }) {
    const old = this.#drawn.get(key);
    if (old && old.message === message && old.variant === variant) return old.node;
    const node = render();
    if (old) {
      if (message && old.message !== message) node.classList.add("updated");
      old.node.replaceWith(node);
    }
    this.#drawn.set(key, { node, message, variant });
    return node;
  }

  #focus() {
    const element = document.activeElement;
    const article = element?.closest?.("article");
    if (!article || !this.list.contains(article)) return null;
    return { ts: article.dataset.ts, action: element.closest("[data-action]")?.dataset.action, element };
  }

  /** Redrawing must not lose the keyboard's place: the same action has the focus again, or else its message. */
  #restore(focus) {
    if (!focus || focus.element.isConnected) return;
    const node = this.#drawn.get(focus.ts)?.node;
    const same = [...(node?.querySelectorAll("[data-action]") ?? [])].find((one) => one.dataset.action === focus.action);
    (same ?? node)?.focus({ preventScroll: true });
  }

  /** Arrows walk from message to message; a control inside one keeps its keys. */
  #key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const articles = [...this.list.querySelectorAll("article")];
    const here = articles.indexOf(event.target);
    if (!step || (here < 0 && event.target !== this.scroller)) return;
    const next = here < 0 ? articles.at(-1) : articles[here + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#stick = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (this.#stick) this.onBottom();
    if (scrollTop < NEAR_PX && this.#last && this.#limit < this.#last[0].length) {
      this.#limit += STEP;
      this.sync(...this.#last);
      this.scroller.scrollTop = this.scroller.scrollHeight - scrollHeight + scrollTop;
    }
  }

  /** The article of a message, if it is drawn. */
  node = (ts) => this.#drawn.get(ts)?.node;
}

const divider = (text) => h("div", { class: "day", role: "separator" }, h("span", {}, text));

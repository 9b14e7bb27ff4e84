// A conversation: a timeline and its composer. The channel and the thread beside it are both one of these.

import { post, sentence } from "./api.js";
import { h, icon } from "./dom.js";
import { renderMessage } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { Timeline } from "./timeline.js";

const TOGETHER_S = 300; // messages of one person within this time share a by-line

export class Pane {
  channel = null;
  newAfter = null;

  /** parts: {scroller, list, jump}; inThread; openThread(ts). */
  constructor(store, parts, { inThread, openThread, onSeen }) {
    Object.assign(this, { store, parts, inThread, openThread, onSeen });
    this.timeline = new Timeline(parts.scroller, parts.list, {
      draw: (message, previous) => this.#draw(message, previous),
      onBottom: () => this.#bottom(),
    });
    parts.jump.addEventListener("click", () => {
      this.timeline.toBottom();
      this.#bottom();
    });
  }

  show(channel) {
    this.channel = channel;
    this.parts.jump.hidden = true;
    this.timeline.clear();
  }

  /** messages in order; replies by thread; grew: a message has come since the last time. */
  sync(messages, replies, grew) {
    this.replies = replies;
    this.timeline.sync(messages, this.newAfter);
    if (grew && !this.timeline.atBottom()) this.parts.jump.hidden = false;
    else if (this.timeline.atBottom()) this.onSeen();
  }

  #bottom() {
    this.parts.jump.hidden = true;
    this.onSeen();
  }

  #draw(message, previous) {
    const compact = Boolean(previous) && previous.user === message.user && message.ts - previous.ts < TOGETHER_S
      && !message.blocks?.length && !previous.blocks?.length && !message.ephemeral_to && !previous.ephemeral_to && !message.broadcast;
    const replies = this.replies?.get(message.ts);
    const seen = this.store.lastRead(`${this.channel}/${message.ts}`);
    const variant = `${compact} ${replies?.length} ${replies?.at(-1)?.ts} ${replies ? seen : ""}`;
    return { variant, render: () => this.#render(message, compact, replies) };
  }

  #render(message, compact, replies) {
    const { store, channel, inThread, openThread } = this;
    const root = message.broadcast ? store.message(channel, message.thread_ts) : null;
    const surface = {
      names: store.names(),
      people: () => store.people(),
      channels: () => store.visibleChannels().filter((channel) => !channel.is_im),
      act: (element, value) => this.#act(message, element, value),
    };
    return renderMessage({ message, channel, store, surface, replies, compact, inThread, openThread, rootText: excerpt(root?.text, surface.names) });
  }

  async #act(message, element, value) {
    this.#failure(message.ts, null);
    const action = { user: this.store.me, channel: this.channel, ts: message.ts, action_id: element.action_id };
    const answer = await post("/local/action", value === null ? action : { ...action, value });
    if (!answer.ok) this.#failure(message.ts, sentence(answer));
  }

  #failure(ts, text) {
    const main = this.timeline.node(ts)?.querySelector(".message-main");
    main?.querySelector(":scope > .failure")?.remove();
    if (text) main?.append(h("div", { class: "failure", role: "alert" }, icon("warning"), h("span", {}, text)));
  }
}

const excerpt = (text, names) => {
  const clean = h("span", {}, mrkdwn(text ?? "", names)).textContent.trim();
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
};

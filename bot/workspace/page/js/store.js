// What the page knows: the workspace, its channels and their messages. Views listen to "workspace" and "messages".

import { get } from "./api.js";

const stored = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

export class Store extends EventTarget {
  team = "";
  links = [];
  shortcuts = [];
  command = "";
  commands = [];
  bot = { id: "", name: "", connected: false };
  channels = [];
  users = new Map();
  usergroups = new Map();
  me = ""; // the user this window acts as
  #messages = new Map(); // channel ID → Map of ts → message
  #applied = 0; // changes taken so far
  #mentions = new WeakMap(); // message → whether it mentions this user
  #read = {}; // channel ID, or "channel ID/thread ts" → last ts seen by this user

  /** Reads the workspace; true when it answered. */
  async loadWorkspace() {
    const state = await get("/local/state");
    if (!state.channels) return false;
    Object.assign(this, { team: state.team, links: state.links ?? [], shortcuts: state.shortcuts ?? [], bot: state.bot, channels: state.channels });
    Object.assign(this, { command: state.command ?? "", commands: state.commands ?? [] });
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.usergroups = new Map((state.usergroups ?? []).map((group) => [group.id, group]));
    this.dispatchEvent(new Event("workspace"));
    return true;
  }

  /** Reads all messages of all channels this user sees; used at the start and after a gap. */
  async loadMessages() {
    await Promise.all(this.visibleChannels().map((channel) => this.loadChannel(channel.id)));
  }

  async loadChannel(id) {
    let list;
    let applied;
    do {
      applied = this.#applied;
      list = await get("/local/messages", { channel: id, user: this.me });
    } while (applied !== this.#applied); // a change came meanwhile, which the list may lack
    if (!Array.isArray(list)) return;
    const before = this.#messages.get(id) ?? new Map();
    const after = new Map();
    for (const { reply_count: _, ...message } of list) {
      const known = before.get(message.ts);
      after.set(message.ts, known && same(known, message) ? known : message);
    }
    this.#messages.set(id, after);
    this.#changed(id, null);
  }

  actAs(id) {
    this.me = id;
    this.#read = stored(`vigil.read.${id}`) ?? {};
    localStorage.setItem("vigil.user", JSON.stringify(id));
    this.#messages.clear();
    this.#mentions = new WeakMap();
    this.dispatchEvent(new Event("workspace"));
  }

  rememberedUser = () => stored("vigil.user");

  /** Takes one change from the server's event stream. */
  async apply(change) {
    this.#applied += 1;
    if (["bot", "channel", "presence"].includes(change.kind)) return this.loadWorkspace();
    if (!["message", "update", "delete", "ephemeral"].includes(change.kind)) {
      return this.dispatchEvent(new CustomEvent(change.kind, { detail: change }));
    }
    const channel = this.channel(change.channel);
    if (!channel) await this.loadWorkspace();
    const id = this.channel(change.channel)?.id;
    if (!id || !this.visibleChannels().some((visible) => visible.id === id)) return null;
    const { reply_count: _, ...message } = change.message ?? {}; // counted here, from the replies themselves
    const known = this.#messages.get(id);
    if (!message.ts || !known) return this.loadChannel(id);
    if (change.kind === "delete" || message.deleted) known.delete(message.ts);
    else if (!message.ephemeral_to || message.ephemeral_to === this.me) this.#insert(id, known, message);
    return this.#changed(id, { kind: change.kind, message });
  }

  #insert(id, known, message) {
    if (known.has(message.ts) && same(known.get(message.ts), message)) return;
    const late = !known.has(message.ts) && [...known.keys()].at(-1) > message.ts;
    known.set(message.ts, message);
    if (late) this.#messages.set(id, new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1))));
  }

  #changed(channel, change) {
    this.dispatchEvent(new CustomEvent("messages", { detail: { channel, change } }));
  }

  channel = (key) => this.channels.find((channel) => channel.id === key || channel.name === key);
  message = (channel, ts) => this.#messages.get(channel)?.get(ts);
  all = (channel) => [...(this.#messages.get(channel)?.values() ?? [])];
  visibleChannels = () => this.channels.filter((channel) => (channel.is_im ? channel.user === this.me : !channel.is_private || channel.members.includes(this.me)));
  people = () => [...this.users.values()].filter((user) => !user.is_bot);
  displayName = (id) => this.users.get(id)?.real_name || this.users.get(id)?.name || (id === this.bot.id ? this.bot.name : id);
  botName = () => this.displayName(this.bot.id);
  isAway = (id) => this.users.get(id)?.presence === "away";
  isBot = (id) => id === this.bot.id || Boolean(this.users.get(id)?.is_bot);

  /** Messages of the main pane: all but replies that were not also sent to the channel. */
  stream = (channel) => this.all(channel).filter((message) => !isReply(message) || message.broadcast);

  /** A thread: its first message and the replies. */
  thread = (channel, root) => this.all(channel).filter((message) => message.ts === root || (isReply(message) && message.thread_ts === root));

  /** Replies by their thread's ts, for the whole channel in one pass. */
  replies(channel) {
    const threads = new Map();
    for (const message of this.all(channel)) {
      if (!isReply(message)) continue;
      const list = threads.get(message.thread_ts);
      if (list) list.push(message);
      else threads.set(message.thread_ts, [message]);
    }
    return threads;
  }

  /** What mrkdwn needs to name people and places. */
  names() {
    return {
      me: this.me,
      user: (id) => (this.users.has(id) || id === this.bot.id ? this.displayName(id) : null),
      channel: (id) => this.channel(id)?.name,
      usergroup: (id) => this.usergroups.get(id)?.handle,
      inUsergroup: (id) => Boolean(this.usergroups.get(id)?.members?.includes(this.me)),
    };
  }

  mentionsMe(message) {
    if (!this.#mentions.has(message)) this.#mentions.set(message, this.#readMention(message));
    return this.#mentions.get(message);
  }

  #readMention(message) {
    if (message.user === this.me) return false;
    const text = `${message.text ?? ""} ${message.blocks ? JSON.stringify(message.blocks) : ""}`;
    if (/<!(channel|here|everyone)[|>]/.test(text) || text.includes(`<@${this.me}>`) || text.includes(`<@${this.me}|`)) return true;
    return [...text.matchAll(/<!subteam\^(\w+)/g)].some(([, id]) => this.names().inUsergroup(id));
  }

  /** Another window of the same person has seen something. */
  readElsewhere(key) {
    if (key !== `vigil.read.${this.me}`) return;
    this.#read = stored(key) ?? {};
    this.dispatchEvent(new Event("read"));
  }

  lastRead = (place) => this.#read[place] ?? null;

  markRead(place, ts) {
    if (!ts || (this.#read[place] ?? "") >= ts) return;
    this.#read[place] = ts;
    localStorage.setItem(`vigil.read.${this.me}`, JSON.stringify(this.#read));
    this.dispatchEvent(new Event("read"));
  }

  /** {messages, mentions} that this user has not seen in a channel. */
  unread(channel) {
    const last = this.#read[channel.id] ?? "";
    const news = this.all(channel.id).filter((message) => message.ts > last && message.user !== this.me);
    const mentions = news.filter((message) => channel.is_im || this.mentionsMe(message)).length;
    return { messages: news.filter((message) => !isReply(message) || message.broadcast || this.mentionsMe(message)).length, mentions };
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

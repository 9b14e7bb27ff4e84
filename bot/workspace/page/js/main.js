// Starts the page and joins its parts: what is known (store), what happens (live), where one is (the address) and the panes.

import { post } from "./api.js";
import { Composer } from "./composer.js";
import { byId, h, icon } from "./dom.js";
import { listen } from "./live.js";
import { Modals, drawHome } from "./modal.js";
import { Pane } from "./pane.js";
import { drawSidebar, setUpDrawer } from "./sidebar.js";
import { Store } from "./store.js";
import { mrkdwn } from "./mrkdwn.js";
import { announceMention, setUpNotifications } from "./notify.js";
import { setUpShortcuts } from "./shortcuts.js";
import { setUpTheme } from "./theme.js";
import { setUpLanguage, t, translatePage } from "./words.js";

translatePage();
const store = new Store();
const modals = new Modals(store);
const place = { channel: null, thread: null, home: false };
const parts = (name) => ({ scroller: byId(`${name}-scroller`), list: byId(`${name}-list`), jump: byId(`${name}-jump`) });
const address = (channel) => (channel.is_im ? `@${store.bot.name}` : channel.name);
const openThread = (ts) => { location.hash = `${address(place.channel)}/${ts}`; };
const closeThread = () => { location.hash = address(place.channel); };
const wide = () => matchMedia("(min-width: 769px)").matches;
const attentive = () => document.visibilityState === "visible";

const main = new Pane(store, parts("main"), { inThread: false, openThread, onSeen: () => seen() });
const thread = new Pane(store, parts("thread"), { inThread: true, openThread, onSeen: () => seen() });

const composer = new Composer(byId("main-composer"), store, { label: t("Message"), inThread: false, send: (text) => send(text, null) });
const threadComposer = new Composer(byId("thread-composer"), store, { label: t("Reply…"), inThread: true, send: (text) => send(text, place.thread) });

function send(text, threadTs) {
  const target = { user: store.me, channel: place.channel.id };
  main.newAfter = null;
  (threadTs ? thread : main).timeline.toBottom();
  if (!text.startsWith("/")) return post("/local/message", { ...target, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
  if (!threadTs) return post("/local/command", { ...target, text });
  return { ok: false, message: t("{command} is not supported in threads. Sorry! Type it in the channel.", { command: text.split(" ")[0] }) };
}

function seen() {
  const { channel } = place;
  if (!channel || !attentive() || place.home) return;
  if (main.timeline.atBottom()) store.markRead(channel.id, store.all(channel.id).at(-1)?.ts);
  if (place.thread && thread.timeline.atBottom()) store.markRead(`${channel.id}/${place.thread}`, store.thread(channel.id, place.thread).at(-1)?.ts);
}

/** The address after "#": a channel's name or ID, and after a slash the thread's ts. */
function readAddress() {
  const [key, ts] = decodeURIComponent(location.hash.slice(1)).split("/");
  const visible = store.visibleChannels();
  const channel = visible.find((one) => one.id === key || address(one) === key) ?? visible[0] ?? null;
  const moved = channel?.id !== place.channel?.id;
  const otherThread = moved || (ts ?? null) !== place.thread;
  Object.assign(place, { channel, thread: ts ?? null });
  if (!channel) return;
  if (moved) enter(channel);
  if (otherThread) {
    thread.show(channel.id);
    document.body.classList.toggle("thread-open", Boolean(place.thread));
    threadComposer.relabel(t("Reply…"));
    if (place.thread && wide()) threadComposer.focus();
  }
  draw();
}

function enter(channel) {
  const last = store.lastRead(channel.id);
  place.home = false;
  main.show(channel.id);
  main.newAfter = last && store.stream(channel.id).some((message) => message.ts > last && message.user !== store.me) ? last : null;
  const name = channel.is_im ? store.botName() : channel.name;
  if (channel.is_im) post("/local/home", { user: store.me }); // as in Slack, the app hears that it is looked at (app_home_opened)
  byId("channel-name").replaceChildren(channel.is_im ? "" : h("span", { class: "hash" }, channel.is_private ? icon("lock") : "#"), name);
  composer.relabel(t(channel.is_im ? "Message {name}" : "Message #{name}, or type / for a command", { name }));
  byId("beginning-title").textContent = t(channel.is_im ? "This is your conversation with {name}" : "This is the very beginning of #{name}", { name });
  if (wide()) composer.focus();
  drawTabs();
}

function draw(change = null) {
  const { channel } = place;
  drawSidebar(store, channel?.id);
  drawTitle();
  if (!channel) return;
  const messages = store.stream(channel.id);
  if (isNew(change) && !attentive()) main.newAfter ??= store.lastRead(channel.id);
  const grew = (list) => isNew(change) && list.at(-1) === change.message;
  byId("members").textContent = channel.is_im ? "" : channel.members.length === 1 ? t("1 member") : t("{n} members", { n: channel.members.length });
  byId("members").title = channel.is_im ? "" : channel.members.map((id) => (store.isAway(id) ? `${store.displayName(id)} (${t("away")})` : store.displayName(id))).join("\n");
  byId("offline").hidden = store.bot.connected;
  main.sync(messages, store.replies(channel.id), grew(messages));
  if (!place.thread) return;
  const replies = store.thread(channel.id, place.thread);
  byId("thread-place").textContent = channel.is_im ? store.botName() : `#${channel.name}`;
  thread.sync(replies, null, grew(replies));
}

function drawTitle() {
  const unread = store.visibleChannels().reduce((sum, channel) => sum + store.unread(channel).messages, 0);
  const where = place.channel ? (place.channel.is_im ? store.botName() : `#${place.channel.name}`) : t("Local workspace");
  document.title = `${unread ? `(${unread}) ` : ""}${where} · Vigil`;
}

async function drawTabs() {
  const { channel } = place;
  const has = channel?.is_im && (await drawHome(store, byId("home")));
  if (channel !== place.channel) return;
  byId("tabs").hidden = !has;
  place.home &&= Boolean(has);
  byId("home-tab").setAttribute("aria-selected", String(place.home));
  byId("messages-tab").setAttribute("aria-selected", String(!place.home));
  byId("home").hidden = !place.home;
  byId("conversation").hidden = place.home;
}

function tellOfMention({ channel, change }) {
  if (!isNew(change) || attentive() || !store.mentionsMe(change.message)) return;
  const { message } = change;
  const at = store.channel(channel);
  const where = at.is_im ? store.botName() : `#${at.name}`;
  announceMention({
    title: t("{who} mentions you in {where}", { who: store.displayName(message.user), where }),
    text: plainly(message), tag: message.ts, open: () => { location.hash = `${address(at)}/${message.thread_ts ?? message.ts}`; },
  });
}

const plainly = (message) => h("span", {}, mrkdwn(message.text ?? "", store.names())).textContent;

function announce({ channel, change }) {
  if (!isNew(change) || change.message.user === store.me || channel !== place.channel?.id) return;
  byId("announce").textContent = `${store.displayName(change.message.user)}: ${plainly(change.message)}`;
}

const isNew = (change) => ["message", "ephemeral"].includes(change?.kind);

let waiting = null; // changes that come together are drawn together; the newest message of them counts
function drawSoon(change) {
  if (waiting) {
    if (isNew(change)) waiting.change = change;
    return;
  }
  waiting = { change };
  setTimeout(() => {
    const { change: latest } = waiting;
    waiting = null;
    draw(latest);
  }, 16);
}

async function actAs(id) {
  store.actAs(id);
  await store.loadMessages();
  place.channel = null; // entered anew; until then one may go on writing
  readAddress();
  modals.refresh();
}

function chooseUser() {
  const people = store.people();
  const asked = new URLSearchParams(location.search).get("user");
  const find = (key) => people.find((user) => user.id === key || user.name === key)?.id;
  return find(asked) ?? find(store.rememberedUser()) ?? people[0]?.id;
}

async function readAll() {
  if (!(await store.loadWorkspace())) return;
  if (!store.me) await actAs(chooseUser());
  else await store.loadMessages();
  byId("page").removeAttribute("aria-busy");
  performance.mark("drawn");
  modals.refresh();
}

function setUp() {
  setUpTheme();
  setUpLanguage(byId("language"));
  setUpNotifications();
  setUpShortcuts(store);
  setUpDrawer();
  store.addEventListener("messages", ({ detail }) => {
    announce(detail);
    tellOfMention(detail);
    if (store.channel(detail.channel)) drawSoon(detail.change);
  });
  for (const kind of ["workspace", "read"]) store.addEventListener(kind, () => drawSoon(null));
  store.addEventListener("view", () => modals.refresh());
  store.addEventListener("home", () => drawTabs());
  addEventListener("hashchange", readAddress);
  addEventListener("focus", seen);
  addEventListener("storage", ({ key }) => store.readElsewhere(key));
  document.addEventListener("visibilitychange", seen);
  byId("acting-as").addEventListener("change", (event) => {
    const url = new URL(location.href);
    url.searchParams.set("user", store.users.get(event.target.value).name); // so that each window stays who it is
    history.replaceState(null, "", url);
    actAs(event.target.value);
  });
  byId("thread-close").addEventListener("click", closeThread);
  const tabs = [[byId("home-tab"), true], [byId("messages-tab"), false]];
  for (const [tab, home] of tabs) {
    tab.addEventListener("click", () => { place.home = home; drawTabs(); });
    tab.addEventListener("keydown", ({ key }) => {
      const [other] = tabs.find(([one]) => one !== tab);
      if (["ArrowLeft", "ArrowRight"].includes(key)) other.focus(), other.click();
    });
  }
  byId("try-help").addEventListener("click", () => composer.begin("/monitor help"));
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open")) return;
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      composer.begin("/");
    } else if (event.key === "Escape" && place.thread) closeThread();
  });
  listen({
    change: (change) => store.apply(change),
    lost: () => { byId("reconnecting").hidden = false; },
    back: () => { byId("reconnecting").hidden = true; readAll(); },
    ready: () => readAll(),
  });
}

setUp();

// Tells of a mention when the page is not looked at: not at all, silently, or with a sound. Off until it is asked for.

import { byId, icon } from "./dom.js";
import { t } from "./words.js";

const KEY = "vigil.notify";
const MODES = {
  off: { icon: "bell-off", label: "Mentions are not announced. Change" },
  quiet: { icon: "bell", label: "Mentions are announced, without a sound. Change" },
  loud: { icon: "bell-loud", label: "Mentions are announced with a sound. Change" },
};
const ORDER = Object.keys(MODES);

let mode = "off";

function use(next) {
  mode = next;
  localStorage.setItem(KEY, mode);
  const button = byId("notify");
  const label = t(MODES[mode].label);
  button.replaceChildren(icon(MODES[mode].icon));
  button.setAttribute("aria-label", label);
  button.title = label;
}

async function allowed() {
  if (!("Notification" in window)) return false;
  if (Notification.permission === "default") await Notification.requestPermission();
  return Notification.permission === "granted";
}

export function setUpNotifications() {
  const remembered = localStorage.getItem(KEY);
  use(ORDER.includes(remembered) ? remembered : "off");
  byId("notify").addEventListener("click", async () => {
    const next = ORDER[(ORDER.indexOf(mode) + 1) % ORDER.length];
    use(next === "off" || (await allowed()) ? next : "off");
    if (mode === "loud") beep();
  });
}

/** Two short tones, made here: nothing is loaded. */
function beep() {
  const audio = new AudioContext();
  [660, 880].forEach((frequency, n) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + n * 0.14;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.12, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.13);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.14);
  });
}

/** Announces a mention; a click on it brings the window forward and calls open(). */
export function announceMention({ title, text, tag, open }) {
  if (mode === "off" || !("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(title, { body: text, tag, silent: true });
  shown.onclick = () => {
    focus();
    open();
    shown.close();
  };
  if (mode === "loud") beep();
}

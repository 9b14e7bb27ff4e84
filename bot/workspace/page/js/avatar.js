// A person's initials on a colour that stays theirs; the bot has its own mark.

import { h, icon } from "./dom.js";

const COLOURS = 8;

function initials(name) {
  const words = name.trim().split(/[\s_.-]+/).map((word) => [...word].filter((sign) => /[\p{L}\p{N}]/u.test(sign))).filter((word) => word.length);
  if (/[\u3400-\u9fff]/.test(name)) return name.trim().slice(-2);
  if (!words.length) return "?";
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0].slice(0, 2).join("")).toUpperCase();
}

function colourOf(id) {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % COLOURS;
}

export function avatar(store, user, size = "") {
  if (store.isBot(user)) return h("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, icon("mark"));
  return h("span", { class: `avatar colour-${colourOf(user)} ${size}`, "aria-hidden": "true" }, initials(store.displayName(user)));
}

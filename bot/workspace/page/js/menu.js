// A pop-up list of choices under a button: what a select menu or an overflow ("…") menu opens.

import { byId, h } from "./dom.js";

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = at.bottom + 6 + size.height <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6)}px`;
}

function onKey(event, items) {
  const now = items.indexOf(document.activeElement);
  const go = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 }[event.key];
  if (go !== undefined) {
    event.preventDefault();
    items.at(go % items.length)?.focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    event.currentTarget.hidePopover();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const order = [...items.slice(now + 1), ...items.slice(0, now + 1)];
    order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

/** groups: [{label, options: [{nodes, detail, chosen, value}]}] → the chosen value, or null. */
export function chooseFrom(anchor, groups, label) {
  return new Promise((resolve) => {
    let chosen = null;
    const items = [];
    const option = ({ nodes, detail, chosen: current, value }) => {
      const item = h("button", { type: "button", role: "menuitemradio", "aria-checked": current ? "true" : "false", tabindex: "-1",
        onclick: () => { chosen = value; menu.hidePopover(); } },
      h("span", { class: "menu-text" }, nodes), detail ? h("span", { class: "menu-detail" }, detail) : null);
      items.push(item);
      return item;
    };
    const parts = groups.map((group) => h("div", { role: "group", "aria-label": group.label },
      group.label ? h("div", { class: "menu-label" }, group.label) : null, group.options.map(option)));
    const menu = h("div", { class: "menu", role: "menu", popover: "auto", "aria-label": label, onkeydown: (event) => onKey(event, items) }, parts);
    menu.addEventListener("toggle", (event) => {
      if (event.newState === "open") return;
      menu.remove();
      if (anchor.isConnected) anchor.focus(); // while it is still expanded: a message's tools are shown only then
      anchor.setAttribute("aria-expanded", "false");
      resolve(chosen);
    });
    byId("overlays").append(menu);
    menu.showPopover();
    place(menu, anchor);
    anchor.setAttribute("aria-expanded", "true");
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  });
}

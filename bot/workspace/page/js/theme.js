// Light, dark, or as the system has it; remembered.

import { byId, icon } from "./dom.js";
import { t } from "./words.js";

const KEY = "vigil.theme";
const ICONS = { system: "auto", light: "sun", dark: "moon" };
const NAMES = { system: t("as the system has it"), light: t("light"), dark: t("dark") };
const ORDER = Object.keys(ICONS);

function use(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const label = t("Colours: {theme}. Change", { theme: NAMES[theme] });
  const button = byId("theme");
  button.replaceChildren(icon(ICONS[theme]));
  button.setAttribute("aria-label", label);
  button.title = label;
}

export function setUpTheme() {
  const remembered = localStorage.getItem(KEY);
  let theme = ORDER.includes(remembered) ? remembered : "system";
  use(theme);
  byId("theme").addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    localStorage.setItem(KEY, theme);
    use(theme);
  });
}

// The app's global shortcuts, which belong to no message: a menu in the bar, where the app has some.

import { post, sentence } from "./api.js";
import { byId } from "./dom.js";
import { chooseFrom } from "./menu.js";
import { t } from "./words.js";

export function setUpShortcuts(store) {
  const button = byId("shortcuts");
  store.addEventListener("workspace", () => { button.hidden = store.shortcuts.length === 0; });
  button.addEventListener("click", async () => {
    const options = store.shortcuts.map(({ callback_id: value, name }) => ({ nodes: [name], detail: null, chosen: false, value }));
    const chosen = await chooseFrom(button, [{ options }], t("Shortcuts"));
    if (!chosen) return;
    const answer = await post("/local/shortcut", { user: store.me, callback_id: chosen });
    if (!answer.ok) byId("announce").textContent = sentence(answer);
  });
}

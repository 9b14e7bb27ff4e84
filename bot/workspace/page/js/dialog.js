// Modal dialogs on the browser's own <dialog>: it traps the focus, closes on Escape and gives the focus back.

import { byId, freshId, h, icon } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

/** Shows a dialog; resolves with its returnValue when it is closed. */
export function showDialog(dialog) {
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    byId("overlays").append(dialog);
    dialog.showModal();
  });
}

/** Asks as a Block Kit confirm object says; true when the person agreed. */
export async function confirmed(confirm, names) {
  if (!confirm) return true;
  const title = freshId("confirm-title");
  const text = freshId("confirm-text");
  const dialog = h("dialog", { class: "dialog confirm", role: "alertdialog", "aria-labelledby": title, "aria-describedby": text });
  const danger = confirm.style === "danger";
  dialog.append(
    h("form", { method: "dialog" },
      h("header", { class: "dialog-head" },
        h("h2", { id: title }, textObject(confirm.title, names)),
        h("button", { class: "icon-button", "aria-label": t("Close"), formnovalidate: true }, icon("close"))),
      h("div", { class: "dialog-body", id: text }, textObject(confirm.text, names)),
      h("footer", { class: "dialog-foot" },
        h("button", { class: "button", autofocus: danger }, textObject(confirm.deny, names)),
        h("button", { class: danger ? "button danger" : "button primary", value: "yes", autofocus: !danger }, textObject(confirm.confirm, names)))));
  return (await showDialog(dialog)) === "yes";
}

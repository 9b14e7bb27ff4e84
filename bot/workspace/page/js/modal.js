// Modals (views) opened by the app for the acting user, and App Home, which is a view too.

import { get, post, sentence } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { byId, freshId, h, icon } from "./dom.js";
import { readInputs, showErrors } from "./inputs.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

/** What blocks of a view act through. say(text or null) shows what went wrong. */
export function viewSurface(store, view, say) {
  return {
    names: store.names(),
    people: () => store.people(),
    channels: () => store.visibleChannels().filter((channel) => !channel.is_im),
    act: async (element, value) => {
      say(null);
      const action = { user: store.me, view_id: view.id, action_id: element.action_id };
      const answer = await post("/local/action", value === null ? action : { ...action, value });
      if (!answer.ok) say(sentence(answer));
    },
  };
}

/** A place for what went wrong, and say(text or null) to fill it. */
function failureLine() {
  const failure = h("div", { class: "failure", role: "alert", hidden: true });
  const say = (text) => {
    failure.hidden = !text;
    failure.replaceChildren(...(text ? [icon("warning"), h("span", {}, text)] : []));
  };
  return { failure, say };
}

export class Modals {
  #dialog = null;
  #shown = ""; // JSON of the view that is drawn

  constructor(store) {
    this.store = store;
  }

  /** Shows the topmost open view of the acting user, or none. */
  async refresh() {
    const views = await get("/local/views", { user: this.store.me });
    if (!Array.isArray(views)) return;
    const view = views.filter((one) => one.type === "modal").at(-1);
    if (JSON.stringify(view) === this.#shown) return;
    this.#shown = JSON.stringify(view);
    this.#drop();
    if (view) this.#open(view);
  }

  #drop() {
    this.#dialog?.close(); // gives the focus back
    this.#dialog?.remove();
    this.#dialog = null;
  }

  #open(view) {
    const { names } = viewSurface(this.store, view, () => null);
    const title = freshId("modal-title");
    const { failure, say } = failureLine();
    const surface = viewSurface(this.store, view, say);
    const close = () => this.#close(view);
    const form = h("form", { novalidate: true },
      h("header", { class: "dialog-head" }, h("h2", { id: title }, textObject(view.title, names)),
        h("button", { type: "button", class: "icon-button", "aria-label": t("Close"), onclick: close }, icon("close"))),
      h("div", { class: "dialog-body" }, renderBlocks(view.blocks, surface), failure),
      h("footer", { class: "dialog-foot" },
        h("button", { type: "button", class: "button", onclick: close }, view.close ? textObject(view.close, names) : t("Close")),
        view.submit ? h("button", { class: "button primary" }, textObject(view.submit, names)) : null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(view, form, say);
    });
    this.#dialog = h("dialog", { class: "dialog modal", "aria-labelledby": title }, form);
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    byId("overlays").append(this.#dialog);
    this.#dialog.showModal();
    (form.querySelector(".dialog-body :is(input, select, textarea, button)") ?? form.querySelector("footer button")).focus();
  }

  async #submit(view, form, say) {
    const submit = form.querySelector("footer .primary");
    submit.setAttribute("aria-busy", "true");
    say(null);
    const answer = await post("/local/submit", { user: this.store.me, view_id: view.id, values: readInputs(form) });
    submit.removeAttribute("aria-busy");
    if (answer.errors) showErrors(form, answer.errors);
    else if (!answer.ok) say(sentence(answer));
    else this.refresh();
  }

  /** Closing is the viewer's own matter: Slack tells the app only if it asked for it. */
  #close(view) {
    this.#drop();
    post("/local/close", { user: this.store.me, view_id: view.id });
  }
}

/** Draws App Home into root; resolves to false when the app has published none. */
export async function drawHome(store, root) {
  const answer = await get("/local/home", { user: store.me });
  const view = answer?.view ?? answer;
  if (!Array.isArray(view?.blocks)) return false;
  const { failure, say } = failureLine();
  root.replaceChildren(h("div", { class: "blocks home-blocks" }, renderBlocks(view.blocks, viewSurface(store, view, say)), failure));
  return true;
}

// Shows cards, forms and home pages one under another, drawn by the scripts of the local workspace's page.
(async (scenes) => {
  const [{ renderBlocks }, { textObject }, { h }] = await Promise.all(
    ["blocks", "mrkdwn", "dom"].map((name) => import(`/page/js/${name}.js`)));
  const same = (id) => id;
  const names = { me: "", user: same, channel: same, usergroup: same, inUsergroup: () => false };
  const surface = { names, people: () => [], act: async () => null };
  const button = (text, kind) => text && h("button", { type: "button", class: `button ${kind}` }, textObject(text, names));
  const modal = (view) => [
    h("header", { class: "dialog-head" }, h("h2", {}, textObject(view.title, names))),
    h("div", { class: "dialog-body" }, renderBlocks(view.blocks, surface)),
    h("footer", { class: "dialog-foot" }, button(view.close, ""), button(view.submit, "primary"))];
  const drawn = ([name, scene]) => h("section", { class: "scene", dataset: { scene: name } },
    h("h2", { class: "scene-name" }, name),
    scene.type === "modal" ? h("div", { class: "dialog modal shown" }, modal(scene)) : h("div", { class: "blocks" }, renderBlocks(scene.blocks, surface)));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    html, body { height: auto; overflow: visible; }
    body { padding: 16px 20px; }
    .scene { padding: 0 0 28px; }
    .scene-name { font-size: 12px; font-weight: 600; color: var(--ink-soft); margin-bottom: 6px; }
    .dialog.shown { position: static; margin: 0; max-height: none; border: 1px solid var(--line); }`);
  document.adoptedStyleSheets = [sheet];
  document.body.replaceChildren(document.querySelector("svg.sprite"), ...Object.entries(scenes).map(drawn));
})

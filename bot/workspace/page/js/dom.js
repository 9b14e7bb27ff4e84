// The only place that makes elements. Text always becomes text nodes, so nothing from a message can become HTML.

/** h("p", {class: "x", onclick: f}, "text", child, [more], null) → element. Attribute names are literals in our code. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon from the sprite in index.html; decoration only, so hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A link target that may be followed, or null: only web and mail addresses, never javascript: or data:. */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Where on this page a permalink of this workspace leads: "#C1/1700000000.000100", or null for any other address. */
function placeOf(href) {
  const { origin, pathname, searchParams } = new URL(href);
  const found = origin === location.origin && /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname);
  return found ? `#${found[1]}/${searchParams.get("thread_ts") ?? `${found[2]}.${found[3]}`}` : null;
}

/** A link that opens beside the page; an address that may not be followed is shown as plain text. */
export function link(address, ...children) {
  const href = safeUrl(address);
  if (!href) return h("span", {}, ...children);
  const place = placeOf(href);
  if (place) return h("a", { href: place }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export const byId = (id) => document.getElementById(id);

let lastId = 0;
/** A fresh element ID, for aria-labelledby and the like. */
export const freshId = (stem) => `${stem}-${(lastId += 1)}`;

// Makes elements. Text always goes in as text nodes: nothing in this page sets innerHTML.

/** el("button", {class: "key", onclick: tap, "aria-label": "…"}, "text", node, …) */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (tag === "button") node.type = "button";
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Draw anew what may hold the focus, and give it back to the button of the same `data-…`. */
export function keepingFocus(draw) {
  const [name, value] = Object.entries(document.activeElement?.dataset ?? {})[0] ?? [];
  draw();
  if (name === undefined || document.activeElement !== document.body) return;
  document.querySelector(`button[data-${name}="${CSS.escape(value)}"]`)?.focus();
}

/** The picture of somebody without a picture: a letter on a colour that is always the same. */
export function avatar(title, id, kind = "") {
  const letter = kind === "private" ? "🗞️" : [...title.trim()][0] ?? "?";
  const colour = `colour-${Math.abs(id) % 7}`;
  return el("span", { class: `avatar ${colour} ${kind}`, "aria-hidden": "true" }, letter);
}

// A rich message's HTML as nodes: what is on the list is copied, the rest is only its text.
//
// DOMParser makes a document of its own: nothing in it is run or loaded.

import { anchor, folded } from "./entities.js";
import { el } from "./dom.js";

const SAME = new Set(
  ("b strong i em u ins s strike del code pre p br h1 h2 h3 h4 h5 h6 ul ol li table caption thead " +
    "tbody tr th td details summary hr sup sub mark figure figcaption footer aside").split(" "),
);
const DROPPED = new Set(["script", "style", "iframe", "object", "embed", "template", "svg", "math", "head", "title"]);

export function richNodes(html, acts) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return copied(parsed.body.childNodes, acts);
}

function copied(nodes, acts) {
  return [...nodes].flatMap((node) => one(node, acts));
}

function one(node, acts) {
  if (node.nodeType === Node.TEXT_NODE) return [node.data];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const tag = node.localName;
  if (DROPPED.has(tag)) return [];
  const children = copied(node.childNodes, acts);
  if (SAME.has(tag)) return [el(tag, tag === "details" && node.hasAttribute("open") ? { open: true } : {}, children)];
  if (tag === "a") return [anchor(children, node.getAttribute("href"), acts)];
  if (tag === "blockquote") {
    if (node.hasAttribute("expandable")) return [folded(children, acts)];
    return [el("blockquote", { class: "quote" }, children)];
  }
  if (tag === "tg-math" || tag === "tg-math-block") return [el("code", { class: "code" }, children)];
  return children;
}

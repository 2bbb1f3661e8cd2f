// Text with entities as nodes. Offsets are UTF-16 units, which is how JavaScript counts too.
//
// Everything is built from text nodes; a link's address is checked before it becomes an href.

import { el } from "./dom.js";

// Of entities over the same stretch the first of these is outside.
const OUTSIDE_FIRST = ["expandable_blockquote", "blockquote", "pre", "text_link", "spoiler"];
const BLOCKS = new Set(["expandable_blockquote", "blockquote", "pre"]);
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

const rank = (entity) => (OUTSIDE_FIRST.indexOf(entity.type) + 99) % 99;

/** The address if it is one a reader may follow, else null; `t.me/x` gets its https://. */
export function safeUrl(text) {
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  try {
    return SAFE.has(new URL(whole).protocol) ? whole : null;
  } catch {
    return null;
  }
}

/** Nodes for a text; `acts` has link, command, mention, copy and words. */
export function rendered(text, entities, acts) {
  const inside = (entities ?? [])
    .map((entity) => ({ ...entity, end: Math.min(text.length, entity.offset + entity.length) }))
    .filter((entity) => entity.offset >= 0 && entity.offset < entity.end)
    .sort((a, b) => a.offset - b.offset || b.end - a.end || rank(a) - rank(b));
  return stretch(text, 0, text.length, inside, acts);
}

function stretch(text, from, to, entities, acts) {
  const nodes = [];
  const queue = [...entities];
  let at = from;
  let afterBlock = false;
  const plain = (end) => {
    // A block ends its line itself: the line break written after it would show as an empty line.
    if (afterBlock && text[at] === "\n") at += 1;
    if (at < end) nodes.push(text.slice(at, end));
    afterBlock = afterBlock && at >= end;
    at = Math.max(at, end);
  };
  while (queue.length) {
    const entity = queue.shift();
    plain(Math.min(entity.offset, to));
    const children = [];
    while (queue.length && queue[0].offset < entity.end) {
      const child = queue.shift();
      children.push({ ...child, end: Math.min(child.end, entity.end) });
      if (child.end > entity.end) queue.push({ ...child, offset: entity.end });
    }
    queue.sort((a, b) => a.offset - b.offset || b.end - a.end);
    const start = Math.max(at, entity.offset);
    if (start >= entity.end) continue;
    const content = stretch(text, start, entity.end, children, acts);
    nodes.push(dressed(entity, content, text.slice(entity.offset, entity.end), acts));
    at = entity.end;
    afterBlock = BLOCKS.has(entity.type);
  }
  plain(to);
  return nodes;
}

const PLAIN_TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };

function dressed(entity, content, own, acts) {
  if (PLAIN_TAGS[entity.type]) return el(PLAIN_TAGS[entity.type], {}, content);
  const make = KINDS[entity.type];
  return make ? make(content, own, entity, acts) : el("span", {}, content);
}

const KINDS = {
  code: (content, own, _, acts) => {
    const copy = () => acts.copy(own);
    return el("code", { class: "code", onclick: copy }, content);
  },
  pre: (content, own, entity, acts) => pre(content, own, entity.language, acts),
  spoiler: (content, _, __, acts) => spoiler(content, acts),
  blockquote: (content) => el("blockquote", { class: "quote" }, content),
  expandable_blockquote: (content, _, __, acts) => folded(content, acts),
  text_link: (content, _, entity, acts) => anchor(content, entity.url, acts),
  url: (content, own, _, acts) => anchor(content, own, acts),
  email: (content, own, _, acts) => anchor(content, `mailto:${own}`, acts),
  phone_number: (content, own, _, acts) => anchor(content, `tel:${own.replace(/[^+\d]/g, "")}`, acts),
  bot_command: (content, own, _, acts) => action(content, "command", () => acts.command(own)),
  mention: (content, own, _, acts) => action(content, "mention", () => acts.mention(own.slice(1))),
  text_mention: (content) => el("span", { class: "mention" }, content),
  hashtag: (content) => el("span", { class: "tag" }, content),
  cashtag: (content) => el("span", { class: "tag" }, content),
};

const action = (content, kind, onclick) => el("button", { class: `inline ${kind}`, onclick }, content);

/** A link: ours (t.me) are followed inside the page, others open beside it. */
export function anchor(content, url, acts, extra = {}) {
  const href = safeUrl(url ?? "");
  if (!href) return el("span", { title: url, ...extra }, content);
  const follow = (event) => {
    if (acts.isOurs(href)) {
      event.preventDefault();
      acts.link(href);
    }
  };
  const attributes = { href, target: "_blank", rel: "noopener noreferrer", title: href };
  return el("a", { ...attributes, ...extra, onclick: follow }, content);
}

function pre(content, own, language, acts) {
  const copy = el("button", { class: "pre-copy", onclick: () => acts.copy(own) }, language || "⧉");
  return el("div", { class: "pre" }, copy, el("pre", {}, el("code", {}, content)));
}

function spoiler(content, acts) {
  const hidden = el("span", { class: "spoiler-text", "aria-hidden": "true" }, content);
  const cover = { class: "spoiler", role: "button", tabindex: "0", "aria-label": acts.words.spoiler };
  const node = el("span", cover, hidden);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (node.classList.contains("revealed")) return;
    event.preventDefault();
    node.classList.add("revealed");
    hidden.removeAttribute("aria-hidden");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", reveal);
  return node;
}

/** A quote that shows three lines until it is opened; one that is shorter has no toggle. */
export function folded(content, acts) {
  const body = el("div", { class: "fold-body" }, content);
  const toggle = el("button", { class: "fold-toggle" });
  const quote = el("blockquote", { class: "quote fold" }, body, toggle);
  const show = (isOpen) => {
    quote.classList.toggle("open", isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.setAttribute("aria-label", isOpen ? acts.words.collapse : acts.words.expand);
  };
  quote.addEventListener("click", (event) => {
    const isElsewhere = event.target.closest("a, button, .spoiler:not(.revealed)");
    if (isElsewhere && isElsewhere !== toggle) return;
    if (quote.classList.contains("short") || String(getSelection())) return;
    show(!quote.classList.contains("open"));
  });
  show(false);
  heights.observe(body);
  return quote;
}

const heights = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const quote = target.parentElement;
    if (!quote || quote.classList.contains("open") || !target.isConnected) continue;
    quote.classList.toggle("short", target.scrollHeight <= target.clientHeight + 2);
  }
});

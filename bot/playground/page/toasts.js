// Short notices that go by themselves, and the one kind that wants an OK.

import { byId, el } from "./dom.js";

export function toast(text, milliseconds = 4000) {
  const node = el("p", { class: "toast" }, text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), milliseconds);
}

export function alertBox(text, words) {
  const box = byId("alert");
  const ok = el("button", { class: "big", onclick: () => box.close() }, words.ok);
  box.replaceChildren(el("p", {}, text), ok);
  if (!box.open) box.showModal();
}

// One message as a bubble with its keyboard.

import { anchor, rendered, safeUrl } from "./entities.js";
import { el } from "./dom.js";
import { richNodes } from "./rich.js";
import { dateOf } from "./times.js";

/** What a list or a reply shows of a message: its beginning, on one line. */
export function gist(message, words) {
  const rich = message.rich_message;
  const own = message.text ?? message.caption ?? message.document?.file_name ?? (message.photo && words.photo) ?? rich?.markdown ?? (rich?.html && plainOf(rich.html));
  const text = own ?? serviceText(message, words);
  return (text ?? words.unsupported).replace(/\s+/g, " ").slice(0, 160);
}

const plainOf = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

function serviceText(message, words) {
  const joined = message.new_chat_members?.map((user) => user.first_name).join(", ");
  if (joined) return words.joined(joined);
  if (message.left_chat_member) return words.left(message.left_chat_member.first_name);
  return null;
}

/** `acts` is what can be done from a bubble; `around` says who sees it where. */
export function bubble(message, acts, around) {
  const { words, times, isMine, author } = around;
  const service = serviceText(message, words);
  const frame = { "data-id": message.message_id, class: `message ${isMine ? "out" : "in"}` };
  if (service) return el("div", { ...frame, class: "message service" }, el("span", {}, service));

  const body = el(
    "div",
    { class: "bubble" },
    author && el("span", { class: `author colour-${Math.abs(author.id) % 7}` }, author.name),
    message.reply_to_message && replied(message.reply_to_message, acts, words),
    content(message, acts, words),
    preview(message, acts),
    meta(message, words, times),
  );
  const reply = el(
    "button",
    { class: "reply-to", "aria-label": words.reply, title: words.reply, onclick: () => acts.reply(message) },
    "↩",
  );
  const row = el("div", { class: "row" }, body, acts.canWrite ? reply : null);
  return el("article", frame, row, keyboard(message, acts, words));
}

function content(message, acts, words) {
  if (message.rich_message?.html) {
    return el("div", { class: "text rich" }, richNodes(message.rich_message.html, acts));
  }
  if (message.document) return attached(message);
  if (message.photo) return pictured(message, acts, words);
  const text = message.text ?? message.caption ?? message.rich_message?.markdown;
  if (text === undefined) return el("div", { class: "text unsupported" }, words.unsupported);
  const entities = message.entities ?? message.caption_entities;
  const isJumbo = !entities?.length && /^(\p{Extended_Pictographic}\uFE0F?){1,3}$/u.test(text);
  return el("div", { class: isJumbo ? "text jumbo" : "text", dir: "auto" }, rendered(text, entities, acts));
}

/** A photo over its caption; a tap opens it whole. */
function pictured({ photo, caption, caption_entities: entities }, acts, words) {
  const { file_id: id, width, height } = photo.at(-1);
  const source = `/play/photo/${encodeURIComponent(id)}`;
  // Its size is said beforehand, so that nothing moves when it arrives.
  const image = el("img", { src: source, width, height, alt: words.photo, loading: "lazy" });
  const whole = el("a", { class: "photo", href: source, target: "_blank", rel: "noopener" }, image);
  const below = caption ? el("div", { class: "caption" }, rendered(caption, entities, acts)) : null;
  return el("div", { class: "text", dir: "auto" }, whole, below);
}

/** A file: its name and size, to be downloaded. */
function attached({ document: file, caption }) {
  const size = `${Math.max(1, Math.round(file.file_size / 1024))} KB`;
  const link = el(
    "a",
    { class: "document", href: `/play/file/${encodeURIComponent(file.file_id)}`, download: file.file_name },
    el("span", { class: "sheet", "aria-hidden": "true" }, "📄"),
    el("span", {}, el("strong", {}, file.file_name), el("small", {}, size)),
  );
  return el("div", { class: "text", dir: "auto" }, link, caption ? el("p", {}, caption) : null);
}

function replied(original, acts, words) {
  const name = original.sender_chat?.title ?? original.from?.first_name ?? "";
  return el(
    "button",
    { class: "replied", onclick: () => acts.goTo(original.message_id) },
    el("strong", {}, name),
    el("span", {}, gist(original, words)),
  );
}

/** The card of a link's preview: its address only, for the playground fetches nothing. */
function preview(message, acts) {
  const options = message.link_preview_options ?? {};
  if (options.is_disabled || message.rich_message) return null;
  const url = safeUrl(options.url ?? firstLink(message) ?? "");
  if (!url || !/^https?:/.test(url)) return null;
  const { hostname, pathname } = new URL(url);
  const card = [el("strong", {}, hostname.replace(/^www\./, "")), el("span", {}, decoded(pathname))];
  return anchor(card, url, acts, { class: "preview" });
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function firstLink(message) {
  for (const entity of message.entities ?? []) {
    if (entity.type === "text_link") return entity.url;
    if (entity.type === "url") {
      return message.text.slice(entity.offset, entity.offset + entity.length);
    }
  }
  return undefined;
}

function meta(message, words, times) {
  const date = dateOf(message);
  return el(
    "span",
    { class: "meta", title: times.full(date) },
    message.views ? `👁 ${message.views} ` : null,
    message.edit_date ? el("span", { class: "edited" }, `${words.edited} `) : null,
    el("time", { datetime: date.toISOString() }, times.hour(date)),
  );
}

function keyboard(message, acts, words) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const made = rows.map((row) => el("div", { class: "keys" }, row.map((each) => key(each, message, acts, words))));
  return el("div", { class: "keyboard" }, made);
}

function key(button, message, acts, words) {
  const label = el("span", { class: "label" }, button.text);
  if (button.url) {
    const arrow = el("span", { class: "arrow", "aria-hidden": "true" }, "↗");
    const extra = { class: "key", "aria-label": `${button.text} (${words.opensPage})` };
    if (acts.isOurs(safeUrl(button.url) ?? "")) extra["aria-label"] = button.text;
    return anchor([label, arrow], button.url, acts, extra);
  }
  const node = el("button", { class: "key", title: button.text }, label);
  node.addEventListener("click", () => {
    if (button.callback_data === undefined || node.classList.contains("waiting")) return;
    node.classList.add("waiting");
    acts.tap(message, button.callback_data);
  });
  return node;
}

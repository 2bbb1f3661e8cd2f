// The left column: who you are, your chats, and what to try.

import { gist } from "./bubble.js";
import { avatar, byId, el } from "./dom.js";
import { dateOf } from "./times.js";

export function showUsers(model, words, choose) {
  const group = byId("users");
  group.setAttribute("aria-label", words.users);
  group.replaceChildren(...model.users.map((user) => person(user, model, words, choose)));
}

function person(user, model, words, choose) {
  const language = words.languages[user.language_code?.startsWith("zh") ? "zh" : "en"];
  const note = user.is_admin ? `${language} · ${words.admin}` : language;
  return el(
    "button",
    {
      class: "person",
      "aria-pressed": String(user.id === model.user),
      "data-user": user.id,
      onclick: () => choose(user.id),
    },
    avatar(user.name, user.id),
    el("span", { class: "name" }, user.name),
    el("span", { class: "note" }, note),
  );
}

export function showChats(model, words, times, current, choose) {
  const nav = byId("chats");
  nav.setAttribute("aria-label", words.chats);
  nav.replaceChildren(...model.sorted().map((chat) => entry(chat, model, words, times, current, choose)));
}

function entry(chat, model, words, times, current, choose) {
  const badge = { class: "badge", "aria-label": words.unread(chat.unread) };
  return el(
    "button",
    {
      class: "entry",
      "data-chat": chat.id,
      "aria-current": chat.id === current ? "true" : null,
      onclick: () => choose(chat.id),
    },
    avatar(titleOf(chat, model), chat.id, chat.type),
    el("span", { class: "name" }, mark(chat), titleOf(chat, model)),
    el("time", { class: "when" }, chat.last ? times.short(dateOf(chat.last), model.now) : ""),
    lastLine(chat, model, words),
    chat.unread ? el("span", badge, String(chat.unread)) : null,
  );
}

const MARKS = { channel: "📢 ", group: "👥 ", supergroup: "👥 " };

const mark = (chat) => (MARKS[chat.type] ? el("span", { class: "mark", "aria-hidden": "true" }, MARKS[chat.type]) : null);

/** A private chat is called after the bot, whatever the playground calls it. */
export const titleOf = (chat, model) => (chat.type === "private" ? model.bot.name : chat.title);

function lastLine(chat, model, words) {
  if (model.isTyping(chat.id)) return el("span", { class: "last typing" }, words.typing);
  if (!chat.last) return el("span", { class: "last" }, words.nothingYet);
  const who = model.isMine(chat.last) ? `${words.you}: ` : "";
  return el("span", { class: "last" }, who ? el("b", {}, who) : null, gist(chat.last, words));
}

/** The few things a newcomer should see; a step that was taken is ticked. */
export function showHints(hints, words, take, hide) {
  const section = byId("hints");
  section.hidden = hints.isHidden;
  const steps = Object.entries(words.steps).map(([name, [icon, text]]) => {
    const isDone = hints.done.has(name);
    const attributes = { class: isDone ? "step done" : "step", "data-step": name, onclick: () => take(name) };
    const tick = el("span", { class: "icon", "aria-hidden": "true" }, isDone ? "✓" : icon);
    return el("li", {}, el("button", attributes, tick, el("span", {}, text)));
  });
  const close = { class: "close", "aria-label": words.hideHints, title: words.hideHints, onclick: hide };
  section.replaceChildren(
    el("header", {}, el("h2", {}, words.hints), el("button", close, "✕")),
    el("ol", {}, steps),
  );
}

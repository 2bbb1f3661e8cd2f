// The head of the open chat: whose it is, what they are doing, its topics.

import { avatar, byId, el } from "./dom.js";
import { titleOf } from "./sidebar.js";

export function showHead({ model, words, chat, acts }) {
  const back = { class: "back", "aria-label": words.back, onclick: () => (location.hash = `#/${model.user}`) };
  byId("head").replaceChildren(
    el("button", back, "‹"),
    avatar(titleOf(chat, model), chat.id, chat.type),
    el("h1", {}, titleOf(chat, model)),
    el("p", { class: model.isTyping(chat.id) ? "status typing" : "status" }, status(chat, model, words)),
    ...switchKey(chat, words, acts),
  );
}

function status(chat, model, words) {
  if (model.isTyping(chat.id)) return words.typing;
  if (chat.type === "channel") return chat.username ? `${words.channel} · @${chat.username}` : words.channel;
  if (chat.type !== "private") return chat.member ? words.group : words.notMember;
  return chat.blocked ? words.blocked : `${words.bot} · @${model.bot.username}`;
}

/** The one thing that can be switched off: the bot in a private chat, or its place in a group. */
function switchKey(chat, words, acts) {
  const isGroup = chat.type === "group" || chat.type === "supergroup";
  if (isGroup && chat.member) return [key(words.removeBot, "removeBot", acts)];
  const isStarted = chat.type === "private" && chat.last && !chat.blocked;
  return isStarted ? [key(words.block, "block", acts)] : [];
}

const key = (label, act, acts) =>
  el("button", { class: "quiet", "data-act": act, onclick: () => acts[act]() }, label);

export function showTopics({ words, chat, topic, acts }) {
  const bar = byId("topics");
  bar.hidden = !chat.topics?.length;
  bar.setAttribute("aria-label", words.topics);
  const all = [{ id: null, name: words.allTopics }, ...(chat.topics ?? [])];
  bar.replaceChildren(
    ...all.map(({ id, name }) => {
      const state = { "data-topic": id ?? "all", "aria-pressed": String(id === topic) };
      return el("button", { class: "topic", ...state, onclick: () => acts.choose(id) }, name);
    }),
  );
}

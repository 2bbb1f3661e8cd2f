// The playground's own HTTP interface (bot/playground/page_api.py); the bot speaks another one.

/** A refusal of the playground, with its words. */
export class Refused extends Error {}

async function ask(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options });
  if (!response.ok) throw new Refused((await response.text()) || response.statusText);
  return response.json();
}

const get = (path, query, signal) => ask(`${path}?${new URLSearchParams(query)}`, { signal });

const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const api = {
  /** Get the key of a playground that was started anew; it comes as a cookie. */
  renew: () => fetch("/", { cache: "no-store" }),
  state: (user) => get("/play/state", user === null ? {} : { user }),
  messages: (user, chat) => get("/play/messages", { user, chat }),
  /** Answers when something has happened after `after`, or after 25 s with nothing. */
  events: (user, after, signal) => get("/play/events", { user, after }, signal),
  send: (body) => post("/play/send", body),
  tap: (body) => post("/play/tap", body),
  open: (user, url) => post("/play/open", { user, url }),
  block: (user, blocked) => post("/play/block", { user, blocked }),
  group: (user, chat, member) => post("/play/group", { user, chat, member }),
  clock: (change) => post("/play/clock", change),
};

// The open chat: bubbles in order, days between them, and a place in it that is kept.
//
// A new or edited message never moves what is being read: only who is at the end is taken along,
// and then no further than the top of the new message.

import { bubble } from "./bubble.js";
import { avatar, byId, el } from "./dom.js";
import { dateOf } from "./times.js";

const SHOWN = 300; // bubbles; older ones stay with the server
const TOGETHER = 300; // seconds between two messages of one author that still belong together
const NEAR = 48; // pixels from the end that still count as being there

export class Conversation {
  constructor(acts) {
    this.acts = acts;
    this.scroll = byId("scroll");
    this.log = byId("log");
    this.jump = byId("jump");
    this.nodes = new Map();
    this.missed = 0;
    this.end = true; // whether its end was in sight when last looked
    this.scroll.addEventListener("scroll", () => this.#watchEnd(), { passive: true });
    // A smaller window (a phone's keyboard) hides the top, never the end one was reading.
    new ResizeObserver(() => this.end && this.toEnd()).observe(this.scroll);
    this.jump.addEventListener("click", () => this.toEnd());
  }

  /** Show a chat from its first unread message, or from its end. */
  open(messages, around, unread = 0) {
    this.around = around;
    this.messages = messages.slice(-SHOWN);
    this.nodes = new Map(this.messages.map((each) => [each.message_id, this.#bubble(each)]));
    const nodes = this.messages.map((each) => this.nodes.get(each.message_id));
    this.log.replaceChildren(...(nodes.length ? nodes : welcome(around)));
    this.log.classList.remove("fresh");
    this.missed = 0;
    this.#dress();
    const theirs = this.messages.filter((message) => !around.isMine(message));
    const first = unread > 0 ? theirs.at(-unread) : undefined;
    if (first) {
      const node = this.nodes.get(first.message_id);
      node.before(el("div", { class: "unread-line" }, around.words.unreadHere));
      this.#reveal(node.previousElementSibling);
    } else this.toEnd();
    this.#watchEnd();
  }

  /** Put a new or an edited message in its place. */
  put(message) {
    const old = this.nodes.get(message.message_id);
    if (old) return this.#replace(old, message);
    const wasAtEnd = this.isAtEnd();
    this.log.querySelector(".welcome")?.remove();
    const node = this.#bubble(message);
    this.log.classList.add("fresh");
    const after = this.messages.findLastIndex((each) => each.message_id < message.message_id);
    const before = this.messages[after + 1];
    this.messages.splice(after + 1, 0, message);
    this.log.insertBefore(node, before ? this.nodes.get(before.message_id) : null);
    this.nodes.set(message.message_id, node);
    this.#dress();
    if (this.around.isMine(message)) this.toEnd();
    else if (wasAtEnd) this.#reveal(node);
    else this.missed += 1;
    this.#watchEnd();
  }

  remove(messageId) {
    this.nodes.get(messageId)?.remove();
    this.nodes.delete(messageId);
    this.messages = this.messages.filter((each) => each.message_id !== messageId);
    this.#dress();
    this.#watchEnd();
  }

  /** Let the buttons be pressed again: the bot has answered. */
  settle() {
    for (const key of this.log.querySelectorAll(".key.waiting")) key.classList.remove("waiting");
  }

  goTo(messageId) {
    const node = this.nodes.get(messageId);
    if (!node) return false;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("flash");
    void node.offsetWidth; // starts the animation over
    node.classList.add("flash");
    return true;
  }

  isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  #bubble(message) {
    const { author, isMine, ...rest } = this.around;
    return bubble(message, this.acts, { ...rest, isMine: isMine(message), author: author(message) });
  }

  /** As far to the end as the top of `node` allows. */
  #reveal(node) {
    const top = node.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top - 10;
    this.scroll.scrollTop = Math.min(this.scroll.scrollTop + top, this.scroll.scrollHeight);
  }

  /** An edit: a message that was whole in sight keeps its top there, else its end stays put. */
  #replace(old, message) {
    const view = this.scroll.getBoundingClientRect();
    const before = old.getBoundingClientRect();
    const isWhole = before.top >= view.top - 1 && before.bottom <= view.bottom + NEAR;
    const isEndSeen = before.bottom <= view.bottom + NEAR;
    const wasAtEnd = this.isAtEnd();
    const node = this.#bubble(message);
    node.className = old.className;
    keepOpen(old, node);
    const focused = focusOf(old);
    old.replaceWith(node);
    this.nodes.set(message.message_id, node);
    const index = this.messages.findIndex((each) => each.message_id === message.message_id);
    this.messages[index] = message;
    if (isWhole && wasAtEnd) this.#reveal(node);
    else if (!isWhole && isEndSeen) {
      this.scroll.scrollTop += node.getBoundingClientRect().bottom - before.bottom;
    }
    focused?.(node);
    this.#watchEnd();
    return undefined;
  }

  /** Days between messages; who stands at the head and at the tail of a run. */
  #dress() {
    for (const line of this.log.querySelectorAll(".day")) line.remove();
    const { times, now } = this.around;
    let before = null;
    for (const message of this.messages) {
      const node = this.nodes.get(message.message_id);
      const day = times.day(dateOf(message));
      const isNewDay = !before || times.day(dateOf(before)) !== day;
      if (isNewDay) {
        const label = el("span", {}, times.spoken(dateOf(message), now()));
        const line = el("div", { class: "day", "data-day": day }, label);
        const above = node.previousElementSibling;
        (above?.classList.contains("unread-line") ? above : node).before(line);
      }
      const isHead = isNewDay || !belong(before, message);
      node.classList.toggle("head", isHead);
      if (before) this.nodes.get(before.message_id).classList.toggle("tail", isHead);
      before = message;
    }
    if (before) this.nodes.get(before.message_id).classList.add("tail");
  }

  #watchEnd() {
    const isAtEnd = this.isAtEnd();
    this.end = isAtEnd;
    if (isAtEnd) this.missed = 0;
    this.jump.hidden = isAtEnd;
    this.jump.replaceChildren("↓", ...(this.missed ? [el("span", { class: "badge" }, String(this.missed))] : []));
    this.jump.setAttribute("aria-label", this.around.words.toBottom);
  }
}

/** What an empty chat with the bot shows: the bot's own description. */
function welcome({ bot, words }) {
  if (!bot) return [];
  const about = bot.description ? [el("h2", {}, words.whatCanItDo), el("p", {}, bot.description)] : [];
  return [el("div", { class: "welcome" }, avatar(bot.name, bot.id, "private"), ...about)];
}

const sender = (message) => message.sender_chat?.id ?? message.from?.id;

const belong = (one, other) => sender(one) === sender(other) && other.date - one.date < TOGETHER;

/** Quotes that were open stay open over an edit. */
function keepOpen(old, node) {
  const open = [...old.querySelectorAll(".fold")].map((quote) => quote.classList.contains("open"));
  [...node.querySelectorAll(".fold-toggle")].forEach((toggle, index) => {
    if (open[index]) toggle.click();
  });
}

/** What gives the focus back to the key that had it, when the keyboard is made anew. */
function focusOf(old) {
  const index = [...old.querySelectorAll(".key")].indexOf(document.activeElement);
  if (index < 0) return null;
  return (node) => node.querySelectorAll(".key")[index]?.focus({ preventScroll: true });
}

// Ties the page together: one model, who is shown where, and the long poll that keeps it fresh.
//
// Where one is stands in the address (#/user/chat), so that Back works on a phone and a reload
// comes back to the same place. Nothing is drawn from anywhere but the model.

import { api, Refused } from "./api.js";
import { makeActs } from "./acts.js";
import { showClock, tick } from "./clockbar.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId, keepingFocus } from "./dom.js";
import { showHead, showTopics } from "./head.js";
import { Hints } from "./hints.js";
import { Model } from "./model.js";
import { showChats, showHints, showUsers } from "./sidebar.js";
import { Times } from "./times.js";
import { alertBox, toast } from "./toasts.js";
import { wordsFor } from "./words.js";

const READ = 400; // milliseconds; a burst of messages is read once
const TYPING = 5500; // milliseconds; the Bot API says five seconds or less
const AGAIN = 1500; // milliseconds between attempts to reach a playground that is gone

class Page {
  constructor() {
    this.model = null;
    this.chatId = null;
    this.topic = null;
    this.following = null;
    this.hints = new Hints();
    this.acts = makeActs(this);
    this.conversation = new Conversation(this.acts);
    this.composer = new Composer(this.acts);
  }

  get chat() {
    return this.model.chat(this.chatId);
  }

  // ---- where one is

  async arrive() {
    const [, user, chat] = /^#\/(-?\d+)(?:\/(-?\d+))?/.exec(location.hash) ?? [];
    const wanted = user ? Number(user) : null;
    if (!this.model || (wanted !== null && wanted !== this.model.user)) await this.enter(wanted);
    let id = chat ? Number(chat) : null;
    if (!this.model.chat(id)) id = matchMedia("(min-width: 701px)").matches ? this.model.privateChat?.id : null;
    await this.openChat(id ?? null);
  }

  go(chatId, user = this.model.user) {
    const place = chatId === null ? `#/${user}` : `#/${user}/${chatId}`;
    if (location.hash !== place) location.hash = place;
    else if (chatId !== null) this.conversation.toEnd();
  }

  async enter(user) {
    this.following?.abort();
    byId("toasts").replaceChildren();
    const state = await api.state(user);
    this.model = new Model(state);
    this.chatId = null;
    this.words = wordsFor(this.model.me?.language_code);
    this.times = new Times(this.words.locale, this.model.zone);
    document.documentElement.lang = this.words.locale;
    this.acts.words = this.words;
    this.following = new AbortController();
    void this.follow(this.model, this.following.signal);
    this.draw();
  }

  async openChat(id) {
    const { model } = this;
    const unread = model.chat(id)?.unread ?? 0;
    if (id !== null) model.setMessages(id, await api.messages(model.user, id));
    if (model !== this.model) return;
    if (id !== this.chatId) this.topic = null;
    this.chatId = id;
    document.body.dataset.pane = id === null ? "list" : "chat";
    if (id === null) this.composer.clear();
    else this.chat.unread = 0;
    this.draw();
    this.drawMessages(unread);
  }

  // ---- drawing

  draw() {
    keepingFocus(() => this.drawAll());
  }

  drawAll() {
    const { model, words, times, chat } = this;
    const unread = model.unread;
    document.title = `${unread ? `(${unread}) ` : ""}${words.title} · ${words.playground}`;
    showClock(model, words, times, this.acts.turn);
    showUsers(model, words, this.acts.become);
    showChats(model, words, times, this.chatId, (id) => this.go(id));
    this.drawHints();
    if (!chat) return;
    showHead(this);
    showTopics(this);
    this.composer.show({ words, model, chat, isStarted: Boolean(chat.last) });
  }

  drawChats() {
    const { model, words, times, chatId } = this;
    keepingFocus(() => showChats(model, words, times, chatId, (id) => this.go(id)));
  }

  drawHints() {
    const hide = () => {
      this.hints.hide();
      this.drawHints();
    };
    showHints(this.hints, this.words, this.acts.hint, hide);
  }

  drawMessages(unread = 0) {
    const { model, words, times, chat } = this;
    if (!chat) {
      this.conversation.open([], { words, times, now: () => model.now });
      return;
    }
    this.acts.canWrite = chat.type === "private" ? !chat.blocked : chat.type !== "channel" && chat.member;
    const author = (message) => {
      if (chat.type === "private" || model.isMine(message)) return null;
      if (message.sender_chat) return { id: message.sender_chat.id, name: message.sender_chat.title };
      return message.from ? { id: message.from.id, name: message.from.first_name } : null;
    };
    const isMine = (message) => model.isMine(message);
    const shown = model.list(chat.id).filter((message) => this.isShown(message));
    const bot = chat.type === "private" ? model.bot : null;
    const around = { words, times, author, isMine, bot, now: () => model.now };
    this.conversation.open(shown, around, unread);
  }

  isShown(message) {
    return this.topic === null || message.message_thread_id === this.topic;
  }

  // ---- what happens

  async follow(model, signal) {
    while (!signal.aborted) {
      try {
        const { seq, events } = await api.events(model.user, model.seq, signal);
        if (signal.aborted) return;
        for (const event of events) await this.receive(event);
        model.seq = seq;
      } catch (error) {
        if (signal.aborted) return;
        ignoreAway(error);
        await this.reconnect(model, signal);
      }
    }
  }

  /** Say that the playground is away, wait for it, and take everything as it is then. */
  async reconnect(model, signal) {
    const bar = byId("offline");
    bar.textContent = this.words.offline;
    bar.hidden = false;
    while (!signal.aborted) {
      await new Promise((resume) => setTimeout(resume, AGAIN));
      try {
        await api.renew();
        const state = await api.state(model.user);
        bar.hidden = true;
        model.seq = state.seq;
        model.take(state);
        await this.openChat(model.chat(this.chatId) ? this.chatId : null);
        return;
      } catch (error) {
        ignoreAway(error);
      }
    }
  }

  /** Tell the playground that the open chat is being read: it counts what is unread. */
  markRead() {
    clearTimeout(this.reading);
    const { model, chatId } = this;
    this.reading = setTimeout(() => api.messages(model.user, chatId).catch(ignoreAway), READ);
  }

  /** Take the chats anew: somebody joined, left, blocked. */
  async refresh() {
    const { model } = this;
    model.take(await api.state(model.user));
    if (model === this.model) this.draw();
  }

  async receive(event) {
    const receive = RECEIVE[event.kind];
    if (receive) await receive(this, event);
  }
}

/** A playground that is away is the long poll's business. */
function ignoreAway(error) {
  if (!(error instanceof TypeError || error instanceof Refused)) throw error;
}

const RECEIVE = {
  message(page, event) {
    if (!page.model.apply(event)) return;
    const { message } = event;
    const isOpen = event.chat === page.chatId;
    if (isOpen && page.isShown(message)) page.conversation.put(message);
    if (isOpen) page.markRead();
    if (!isOpen && !page.model.isMine(message)) page.model.chat(event.chat).unread += 1;
    page.draw();
  },
  edit(page, event) {
    if (!page.model.apply(event)) return;
    if (event.chat === page.chatId && page.isShown(event.message)) page.conversation.put(event.message);
    page.drawChats();
  },
  delete(page, event) {
    if (!page.model.apply(event)) return;
    if (event.chat === page.chatId) page.conversation.remove(event.message_id);
    page.draw();
  },
  answer(page, event) {
    page.conversation.settle();
    if (event.url) page.acts.link(event.url);
    else if (event.text && event.alert) alertBox(event.text, page.words);
    else if (event.text) toast(event.text);
  },
  action(page, event) {
    page.model.typing.set(event.chat, performance.now() + TYPING);
    const show = () => {
      page.drawChats();
      if (page.chat) showHead(page);
    };
    show();
    setTimeout(show, TYPING + 50);
  },
  clock(page, event) {
    page.model.setClock(event.now);
    page.draw();
  },
  async chats(page) {
    await page.refresh();
  },
};

const page = new Page();
addEventListener("hashchange", () => void page.arrive());
setInterval(() => {
  if (page.model && tick(page.model, page.times)) page.draw();
}, 1000);
await page.arrive();
document.body.dataset.ready = "yes";

// The foot of a chat: where one writes, or the one button that is possible instead.

import { gist } from "./bubble.js";
import { byId, el } from "./dom.js";

const drafts = new Map(); // "user/chat" -> text

export class Composer {
  constructor(acts) {
    this.acts = acts;
    this.foot = byId("foot");
    this.replyTo = null;
    this.key = null;
  }

  /** Show what can be done in this chat now; `around` has words, model, chat, isStarted, topic. */
  show(around) {
    const key = `${around.model.user}/${around.chat.id}`;
    const shape = `${key}/${this.#possible(around)}/${around.words.locale}`;
    this.around = around;
    if (shape === this.shape) return;
    if (key !== this.key) this.replyTo = null;
    this.key = key;
    this.shape = shape;
    this.#build(this.#possible(around));
  }

  clear() {
    this.shape = null;
    this.foot.replaceChildren();
  }

  answer(message) {
    if (!this.input) return;
    this.replyTo = message;
    this.#showReply();
    this.input.focus();
  }

  #possible({ chat, isStarted }) {
    if (chat.type === "channel") return chat.can_write ? "write" : "readOnly";
    if (chat.type !== "private") return chat.member ? "write" : "addBot";
    if (chat.blocked) return "restart";
    return isStarted ? "write" : "start";
  }

  #build(possible) {
    const { words } = this.around;
    this.input = null;
    if (possible === "readOnly") this.foot.replaceChildren(el("p", { class: "read-only" }, words.readOnly));
    else if (possible === "write") this.foot.replaceChildren(...this.#writing());
    else {
      const attributes = { class: "big", "data-act": possible, onclick: () => this.acts[possible]() };
      this.foot.replaceChildren(el("button", attributes, words[possible]));
    }
  }

  #writing() {
    const { words, chat } = this.around;
    const hint = chat.type === "channel" ? words.broadcast : words.message;
    this.list = el("div", { class: "commands", id: "commands", role: "listbox", "aria-label": words.commands });
    this.list.hidden = true;
    this.reply = el("div", { class: "replying" });
    this.reply.hidden = true;
    this.input = el("textarea", {
      rows: "1",
      maxlength: "4096",
      placeholder: hint,
      "aria-label": hint,
      "aria-controls": "commands",
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#pressed(event),
    });
    this.input.value = drafts.get(this.key) ?? "";
    const menu = { class: "menu", "aria-label": words.commands, "aria-expanded": "false", onclick: () => this.#toggle() };
    menu.hidden = chat.type === "channel"; // a channel has no commands
    const word = chat.type === "private" ? el("span", { class: "menu-word" }, words.menu) : null;
    this.menu = el("button", menu, el("span", { "aria-hidden": "true" }, "☰"), word);
    const send = { class: "send", "aria-label": words.send, title: words.send, onclick: () => this.#send() };
    this.sendButton = el("button", send, "➤");
    const row = el("div", { class: "writing" }, this.menu, this.input, this.sendButton);
    queueMicrotask(() => this.#grow());
    return [this.list, this.reply, row];
  }

  #typed() {
    drafts.set(this.key, this.input.value);
    this.#grow();
    const word = this.input.value;
    const isCommand = /^\/[a-z_]*$/i.test(word);
    this.#offer(isCommand ? word.slice(1).toLowerCase() : null);
  }

  #grow() {
    if (!this.input) return;
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 160)}px`;
    this.sendButton.classList.toggle("ready", this.input.value.trim() !== "");
  }

  #toggle() {
    this.#offer(this.list.hidden ? "" : null);
    if (!this.list.hidden) this.#options()[0]?.focus();
  }

  /** Offer the commands that begin so; null closes the list. */
  #offer(start) {
    const { model } = this.around;
    const fitting = start === null ? [] : model.bot.commands.filter((each) => each.command.startsWith(start));
    this.list.replaceChildren(...fitting.map((each) => this.#option(each)));
    this.list.hidden = fitting.length === 0;
    this.#mark(0);
    this.menu.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  #option({ command, description }) {
    const attributes = {
      class: "option",
      role: "option",
      "data-command": command,
      onclick: () => this.acts.command(`/${command}`),
      onkeydown: (event) => this.#walk(event),
    };
    return el("button", attributes, el("b", {}, `/${command}`), el("span", {}, description));
  }

  #options() {
    return [...this.list.children];
  }

  #mark(index) {
    this.marked = index;
    this.#options().forEach((each, at) => each.setAttribute("aria-selected", String(at === index)));
  }

  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = this.#options();
    if (event.key === "Escape") {
      this.#offer(null);
      this.input.focus();
    } else if (step) {
      event.preventDefault();
      const at = (options.indexOf(event.currentTarget) + step + options.length) % options.length;
      this.#mark(at);
      options[at].focus();
    }
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is choosing words
    const options = this.#options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.list.hidden && step) {
      event.preventDefault();
      this.#mark((this.marked + step + options.length) % options.length);
      options[this.marked].scrollIntoView({ block: "nearest" });
    } else if (!this.list.hidden && event.key === "Tab") {
      event.preventDefault();
      this.input.value = `/${options[this.marked].dataset.command} `;
      this.#typed();
    } else if (event.key === "Escape") {
      this.#offer(null);
      this.#cancelReply();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (this.list.hidden) this.#send();
      else options[this.marked].click();
    }
  }

  /** Empty the field; the text has been taken by the playground. */
  sent() {
    drafts.delete(this.key);
    if (!this.input) return;
    this.input.value = "";
    this.#cancelReply();
    this.#offer(null);
    this.#grow();
    if (matchMedia("(hover: hover)").matches) this.input.focus();
  }

  #send() {
    if (this.input.value.trim() === "") return;
    this.acts.send(this.input.value, this.replyTo?.message_id);
  }

  #showReply() {
    const { words } = this.around;
    this.reply.hidden = this.replyTo === null;
    if (!this.replyTo) return;
    const cancel = { class: "close", "aria-label": words.cancelReply, onclick: () => this.#cancelReply() };
    this.reply.replaceChildren(
      el("span", {}, el("strong", {}, words.reply), " ", gist(this.replyTo, words)),
      el("button", cancel, "✕"),
    );
  }

  #cancelReply() {
    this.replyTo = null;
    this.reply.hidden = true;
  }
}

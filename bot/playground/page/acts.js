// What a reader can do on the page; each act asks the playground, whose events then show it.

import { api, Refused } from "./api.js";
import { safeUrl } from "./entities.js";
import { toast } from "./toasts.js";

const WAITING = 15000; // milliseconds after which a key that got no answer can be pressed again

export function makeActs(page) {
  /** Do it; a refusal is shown, not thrown. */
  const attempt = async (doing) => {
    try {
      return await doing();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof TypeError)) throw error;
      const isAway = error instanceof TypeError;
      toast(isAway ? page.words.offline : `${page.words.refused}${error.message}`);
      return null;
    }
  };
  const user = () => page.model.user;

  const acts = {
    words: null,
    canWrite: false,

    async send(text, replyTo) {
      const body = { user: user(), chat: page.chatId, text };
      if (replyTo !== undefined) body.reply_to = replyTo;
      if (page.topic !== null) body.topic = page.topic;
      const done = await attempt(() => api.send(body));
      if (!done) return;
      page.composer.sent();
      if (text.startsWith("/today")) page.hints.tick("today");
      page.drawHints();
    },

    /** A tapped command goes out at once; in a group it says which bot is meant. */
    command(text) {
      const isBare = !text.includes("@") && page.chat.type !== "private";
      return acts.send(isBare ? `${text}@${page.model.bot.username}` : text);
    },

    async tap(message, data) {
      if (data.startsWith("open:")) page.hints.tick("dive");
      page.drawHints();
      setTimeout(() => page.conversation.settle(), WAITING);
      const body = { user: user(), chat: page.chatId, message_id: message.message_id, data };
      if (!(await attempt(() => api.tap(body)))) page.conversation.settle();
    },

    /** True for links that stay in the page: to the bot and to chats that are here. */
    isOurs(href) {
      return nameIn(href) !== null && page.model.chatByName(nameIn(href)) !== undefined;
    },

    async link(href) {
      if (!acts.isOurs(href)) {
        if (safeUrl(href)) open(safeUrl(href), "_blank", "noopener");
        return;
      }
      const parameter = new URL(href).searchParams.get("start");
      if (parameter === null) {
        acts.mention(nameIn(href));
        return;
      }
      if (parameter.startsWith("paper_")) page.hints.tick("dive");
      const answer = await attempt(() => api.open(user(), href));
      if (answer?.chat !== undefined) page.go(answer.chat);
    },

    mention(username) {
      const chat = page.model.chatByName(username);
      if (chat) page.go(chat.id);
    },

    reply: (message) => page.composer.answer(message),

    goTo(messageId) {
      if (!page.conversation.goTo(messageId)) toast(page.words.gone);
    },

    async copy(text) {
      await navigator.clipboard.writeText(text);
      toast(page.words.copied, 1500);
    },

    async start() {
      page.hints.tick("start");
      await acts.send("/start");
    },

    async restart() {
      await attempt(() => api.block(user(), false));
      await page.refresh();
      await acts.send("/start");
    },

    async block() {
      await attempt(() => api.block(user(), true));
      await page.refresh();
      page.drawMessages();
    },

    addBot: () => acts.member(true),
    removeBot: () => acts.member(false),

    async member(isMember) {
      await attempt(() => api.group(user(), page.chatId, isMember));
      await page.refresh();
      page.drawMessages();
    },

    choose(topic) {
      page.topic = topic;
      page.draw();
      page.drawMessages();
    },

    become(other) {
      if (other === user()) return;
      page.hints.tick("other");
      const isShared = page.chat && page.chat.type !== "private";
      page.go(isShared ? page.chatId : null, other);
    },

    async turn(change, name) {
      const answer = await attempt(() => api.clock(change));
      if (!answer) return;
      if (name === "morning") page.hints.tick("morning");
      page.model.setClock(answer.now);
      page.draw();
      const now = page.model.now;
      toast(page.words.nowIs(`${page.times.spoken(now)} ${page.times.hour(now)}`), 2500);
    },

    /** Take one of the newcomer's steps for them. */
    async hint(name) {
      const steps = {
        start: () => acts.inPrivate("/start"),
        today: () => acts.inPrivate("/today"),
        dive: () => acts.firstPaper(),
        morning: () => acts.turn({ at: "08:30", days: 1 }, "morning"),
        other: () => acts.nextUser(),
      };
      if (name === "start") page.hints.tick("start");
      await steps[name]();
      page.drawHints();
    },

    async inPrivate(text) {
      const chat = page.model.privateChat;
      page.go(chat.id);
      await page.openChat(chat.id);
      if (chat.blocked) await attempt(() => api.block(user(), false));
      await acts.send(text);
    },

    /** Press the newest button that opens a paper; without one, ask for the list first. */
    async firstPaper() {
      const opener = page.model.list(page.chatId).findLast((message) => openerOf(message));
      if (opener) await acts.tap(opener, openerOf(opener));
      else await acts.inPrivate("/today");
    },

    nextUser() {
      const { users, me } = page.model;
      const isZh = (each) => (each.language_code ?? "").startsWith("zh");
      const other = users.find((each) => isZh(each) !== isZh(me)) ?? users.find((each) => each !== me);
      if (other) acts.become(other.id);
    },
  };
  return acts;
}

/** The @name a t.me link is about, else null. */
function nameIn(href) {
  try {
    const { hostname, pathname } = new URL(href);
    return /^(www\.)?(t|telegram)\.me$/.test(hostname) ? pathname.split("/")[1] : null;
  } catch {
    return null;
  }
}

function openerOf(message) {
  const keys = message.reply_markup?.inline_keyboard?.flat() ?? [];
  return keys.find((key) => key.callback_data?.startsWith("open:"))?.callback_data;
}

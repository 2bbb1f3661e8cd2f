// What the page knows of the playground, for one user at a time. No DOM in here.
//
// Events may come twice or late (a chat's messages are fetched while the long poll is under way),
// so everything is put by message id, and a chat ignores events older than its own fetch.

export class Model {
  constructor(state) {
    this.messages = new Map(); // chat id -> Map(message id -> message)
    this.fetched = new Map(); // chat id -> the seq its messages were fetched at
    this.typing = new Map(); // chat id -> when it ends, in this browser's milliseconds
    this.seq = state.seq;
    this.take(state);
  }

  /** Take the playground's state; what was read here stays read. */
  take(state) {
    const unread = new Map((this.chats ?? []).map((chat) => [chat.id, chat.unread]));
    this.user = state.user;
    this.users = state.users;
    this.bot = state.bot;
    this.zone = state.zone;
    this.chats = state.chats;
    for (const chat of this.chats) chat.unread = unread.get(chat.id) ?? chat.unread ?? 0;
    this.setClock(state.now);
  }

  setClock(iso) {
    this.clockStart = Date.parse(iso);
    this.clockRead = performance.now();
  }

  get now() {
    return new Date(this.clockStart + performance.now() - this.clockRead);
  }

  get me() {
    return this.users.find((user) => user.id === this.user);
  }

  get unread() {
    return this.chats.reduce((sum, chat) => sum + chat.unread, 0);
  }

  chat(id) {
    return this.chats.find((chat) => chat.id === id);
  }

  /** The private chat with the bot; a user's only one. */
  get privateChat() {
    return this.chats.find((chat) => chat.type === "private");
  }

  chatByName(username) {
    const name = username.toLowerCase();
    if (name === this.bot.username.toLowerCase()) return this.privateChat;
    return this.chats.find((chat) => (chat.username ?? "").toLowerCase() === name);
  }

  /** Newest first; a chat without messages keeps its place at the end. */
  sorted() {
    return [...this.chats].sort((a, b) => (b.last?.date ?? 0) - (a.last?.date ?? 0));
  }

  list(chatId) {
    const known = this.messages.get(chatId) ?? new Map();
    return [...known.values()].sort((a, b) => a.message_id - b.message_id);
  }

  setMessages(chatId, { messages, seq }) {
    this.messages.set(chatId, new Map(messages.map((each) => [each.message_id, each])));
    this.fetched.set(chatId, seq);
  }

  /** Apply an event of kind message, edit or delete; false when it is older than what we have. */
  apply(event) {
    const chat = this.chat(event.chat);
    if (!chat || event.seq <= (this.fetched.get(event.chat) ?? 0)) return false;
    const known = this.messages.get(event.chat);
    if (event.kind === "delete") known?.delete(event.message_id);
    else known?.set(event.message.message_id, event.message);
    if (event.kind === "message") {
      chat.last = event.message;
      this.typing.delete(chat.id);
    } else if (event.kind === "edit" && chat.last?.message_id === event.message.message_id) {
      chat.last = event.message;
    } else if (event.kind === "delete" && chat.last?.message_id === event.message_id) {
      chat.last = this.list(chat.id).at(-1) ?? null;
    }
    return true;
  }

  isMine(message) {
    return !message.sender_chat && message.from?.id === this.user;
  }

  isTyping(chatId) {
    return (this.typing.get(chatId) ?? 0) > performance.now();
  }
}

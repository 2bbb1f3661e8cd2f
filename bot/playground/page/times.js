// Dates as they are read in the playground's zone, whatever the zone of this browser.

const made = new Map();

function format(locale, zone, options) {
  const key = JSON.stringify([locale, zone, options]);
  if (!made.has(key)) {
    const whole = { timeZone: zone, hourCycle: "h23", ...options };
    made.set(key, new Intl.DateTimeFormat(locale, whole));
  }
  return made.get(key);
}

export class Times {
  constructor(locale, zone) {
    this.locale = locale;
    this.zone = zone;
  }

  hour(date) {
    return format("en-GB", this.zone, { hour: "2-digit", minute: "2-digit" }).format(date);
  }

  /** 2026-03-13: tells days apart. */
  day(date) {
    return format("en-CA", this.zone, { dateStyle: "short" }).format(date);
  }

  /** 3月13日 星期五; the year is added when it is not that of `now`. */
  spoken(date, now = date) {
    const year = this.day(date).slice(0, 4) === this.day(now).slice(0, 4) ? {} : { year: "numeric" };
    const options = { month: "long", day: "numeric", weekday: "long", ...year };
    return format(this.locale, this.zone, options).format(date);
  }

  /** What a list of chats shows: the hour today, else the day. */
  short(date, now) {
    if (this.day(date) === this.day(now)) return this.hour(date);
    return format(this.locale, this.zone, { month: "numeric", day: "numeric" }).format(date);
  }

  full(date) {
    return `${this.spoken(date, new Date(0))} ${this.hour(date)}`;
  }
}

/** The Bot API's seconds as a Date. */
export const dateOf = (message) => new Date(message.date * 1000);

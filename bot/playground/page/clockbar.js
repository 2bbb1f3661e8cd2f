// The bar on top: the playground's hour, and buttons that make it later.

import { byId, el } from "./dom.js";

export function showClock(model, words, times, turn) {
  const now = model.now;
  const city = words.cities[model.zone] ?? model.zone;
  const isEvening = hourOf(times, now) >= 20;
  const jumps = [
    ["hour", words.anHour, { advance: 3600 }],
    ["night", isEvening ? words.tomorrowNight : words.tonight, { at: "20:00", days: isEvening ? 1 : 0 }],
    ["morning", words.morning, { at: "08:30", days: 1 }],
  ];
  const keys = jumps.map(([name, label, change]) =>
    el("button", { class: `turn ${name}`, "data-turn": name, onclick: () => turn(change, name) }, label),
  );
  const bar = byId("clock");
  bar.setAttribute("aria-label", words.clock);
  const icon = el("img", { src: "/page/icon.svg", alt: "", width: "26", height: "26" });
  const sign = el("span", { class: "tag-word" }, words.playground);
  const sun = el("span", { class: "sky", id: "sky", "aria-hidden": "true" });
  const place = el("span", { class: "city" }, city);
  bar.replaceChildren(
    el("span", { class: "brand" }, icon, el("b", {}, words.title), sign),
    el("span", { class: "now" }, sun, place, el("time", { id: "now" })),
    el("span", { class: "turns" }, keys),
  );
  tick(model, times);
}

/** Show the hour; true when another minute has begun. */
export function tick(model, times) {
  const now = model.now;
  const [date, hour] = [times.spoken(now), times.hour(now)];
  if (byId("now").textContent === `${date} ${hour}`) return false;
  byId("now").replaceChildren(el("span", { class: "date" }, `${date} `), el("b", {}, hour));
  byId("sky").textContent = sky(hourOf(times, now));
  return true;
}

const hourOf = (times, now) => Number(times.hour(now).slice(0, 2));

function sky(hour) {
  if (hour >= 5 && hour < 8) return "🌅";
  if (hour >= 8 && hour < 18) return "☀️";
  return hour >= 18 && hour < 21 ? "🌇" : "🌙";
}

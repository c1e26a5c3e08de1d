// Dates and times as the person one is would read them: in that person's time zone.

import { store } from "./state.js";

const formats = new Map();

function format(options, seconds, zone = store.seen.me.tz) {
  const key = JSON.stringify([zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", ...options }));
  return formats.get(key).format(new Date(seconds * 1000));
}

/** "2026-03-09": the calendar day, to compare days by. */
export const dayKey = (seconds) =>
  new Date(
    `${format({ year: "numeric", month: "2-digit", day: "2-digit" }, seconds).split("/").reverse().join("-")}T00:00Z`,
  )
    .toISOString()
    .slice(0, 10);

export const clockTime = (seconds) => format({ hour: "2-digit", minute: "2-digit" }, seconds);
export const longDate = (seconds) =>
  format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }, seconds);
export const shortDate = (seconds) =>
  format({ weekday: "short", day: "numeric", month: "short", year: "numeric" }, seconds);

function nearDay(seconds) {
  const days = (Date.parse(dayKey(seconds)) - Date.parse(dayKey(store.seen.now))) / 86_400_000;
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** The heading over a day's messages. */
export function dayHeading(seconds) {
  const near = nearDay(seconds);
  return near ? capital(near) : longDate(seconds);
}

const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};

function dateToken(token, seconds) {
  if (token === "time") return clockTime(seconds);
  if (token === "time_secs") return format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }, seconds);
  if (token === "ago") return ago(seconds);
  if (token === "date_num") return dayKey(seconds);
  const pretty = token.endsWith("_pretty") && nearDay(seconds);
  return pretty || format(DATES[token.replace("_pretty", "")], seconds);
}

function ago(seconds) {
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const past = seconds - store.seen.now;
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    if (Math.abs(past) >= size) return relative.format(Math.trunc(past / size), unit);
  }
  return "just now";
}

/** Fills Slack's {date_short_pretty}-like tokens; an unknown token stays as written. */
export function fillDate(seconds, template) {
  const filled = template.replace(/\{(time|time_secs|ago|date(?:_num|_short|_long)?(?:_pretty)?)\}/g, (_, token) =>
    dateToken(token, seconds),
  );
  return capital(filled);
}

/** Days from now to the same day three months on (the last day of a shorter month). */
export function daysToNextQuarter() {
  const today = Date.parse(dayKey(store.seen.now));
  const then = new Date(today);
  const day = then.getUTCDate();
  then.setUTCDate(1);
  then.setUTCMonth(then.getUTCMonth() + 3);
  const lastDay = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate();
  then.setUTCDate(Math.min(day, lastDay));
  return Math.round((then - today) / 86_400_000);
}

// Messages: the list of a channel or a thread, and each message in it.

import { h } from "./dom.js";
import { blocks } from "./blocks.js";
import { iconButton } from "./buttons.js";
import { sharedFiles } from "./files.js";
import { avatar, icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { go } from "./place.js";
import { act, nameOf, store } from "./state.js";
import { clockTime, dayHeading, dayKey, longDate } from "./time.js";

/** A scrolling list of messages that stays at its end while the person is there. `key` tells one list from another. */
export function messageList(key, messages, { inThread = false, intro = null, label }) {
  return h(
    "div",
    {
      class: "messages",
      key,
      role: "log",
      "aria-label": label,
      tabindex: "0",
      on: { scroll: noteScroll },
      mounted: toEnd,
      updated: follow,
    },
    h("div", { class: "messages-space" }),
    intro,
    messages.map((message, index) => entry(message, messages[index - 1], inThread)),
  );
}

const NEAR_END = 60; // px

const fromEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight;

function noteScroll({ currentTarget: list }) {
  list.wandered = fromEnd(list) > NEAR_END;
}

function toEnd(list) {
  list.wandered = false;
  // Pictures and fonts arrive later, and a phone's keyboard changes the height.
  new ResizeObserver(() => follow(list)).observe(list);
  list.addEventListener("load", () => follow(list), true);
  follow(list);
}

function follow(list) {
  // A scroll upwards counts before its event has come, lest a press that follows at once lands elsewhere.
  if (list.scrollTop < (list.followedTo ?? 0) - NEAR_END && fromEnd(list) > NEAR_END) list.wandered = true;
  if (list.wandered) return;
  list.scrollTop = list.scrollHeight;
  list.followedTo = list.scrollTop;
}

const GROUP_SECONDS = 300;

function entry(message, before, inThread) {
  const newDay = !before || dayKey(message.ts) !== dayKey(before.ts);
  const grouped =
    !newDay &&
    before.user === message.user &&
    message.ts - before.ts < GROUP_SECONDS &&
    !message.ephemeral &&
    !before.ephemeral &&
    before.username === message.username;
  return [
    newDay &&
      h(
        "div",
        { class: "day", key: `day:${dayKey(message.ts)}`, role: "separator" },
        h("span", {}, dayHeading(message.ts)),
      ),
    messageView(message, grouped, inThread),
  ];
}

function messageView(message, grouped, inThread) {
  const author = message.username || nameOf(message.user);
  return h(
    "article",
    {
      class: `message ${grouped ? "grouped" : ""} ${message.ephemeral ? "ephemeral" : ""} ${pings(message) ? "pinged" : ""}`,
      key: `${message.ts}${message.ephemeral}`,
      "data-ts": message.ts,
      "data-ephemeral": message.ephemeral || null,
      "aria-label": `${author}, ${clockTime(message.ts)}`,
    },
    h(
      "div",
      { class: "gutter" },
      grouped ? h("time", { class: "gutter-time" }, clockTime(message.ts)) : avatar(message.user),
    ),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !grouped &&
        h(
          "p",
          { class: "byline" },
          h("strong", {}, author),
          message.bot && h("span", { class: "badge" }, "APP"),
          store.people.get(message.user)?.is_stranger && h("span", { class: "badge badge-shared" }, "EXTERNAL"),
          h("time", { title: longDate(message.ts) }, clockTime(message.ts)),
        ),
      content(message, inThread),
      message.ephemeral &&
        h("button", { type: "button", class: "link-button", on: { click: () => dismiss(message) } }, "Dismiss message"),
      !inThread && message.reply_count > 0 && replies(message),
    ),
    !message.ephemeral && tools(message, inThread),
  );
}

const pings = (message) => !message.bot && (message.text ?? "").includes(`<@${store.uid}>`);

function content(message, inThread) {
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  const files = message.files.length > 0 && sharedFiles(message.files);
  if (message.blocks?.length)
    return [h("div", { class: "blocks" }, blocks({ message, inThread }, message.blocks), edited), files];
  return [message.text && h("div", { class: "mrkdwn" }, mrkdwn(message.text), edited), files];
}

function replies(message) {
  const count = message.reply_count;
  return h(
    "button",
    { type: "button", class: "replies", "data-testid": "replies", on: { click: () => openThread(message) } },
    icon("reply"),
    `${count} ${count === 1 ? "reply" : "replies"}`,
  );
}

const openThread = (message) => go({ thread: message.thread_ts ?? message.ts });

function tools(message, inThread) {
  const shortcuts = store.seen.shortcuts.filter(({ type }) => type === "message");
  const run = (shortcut) =>
    act("shortcut", { callback_id: shortcut.callback_id, message: { channel: message.channel, ts: message.ts } });
  return h(
    "div",
    { class: "tools" },
    !inThread && iconButton("Reply in thread", "reply", () => openThread(message)),
    shortcuts.length > 0 &&
      menuButton({
        key: `tools:${inThread}:${message.channel}:${message.ts}`,
        label: "More message actions",
        face: icon("dots"),
        props: { class: "icon-button" },
        items: shortcuts.map((each) => ({ text: each.name, description: each.description, run: () => run(each) })),
      }),
  );
}

const dismiss = (message) => act("dismiss", { ephemeral: { channel: message.channel, ts: message.ts } });

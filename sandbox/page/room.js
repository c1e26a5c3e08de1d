// The main column: a channel, a direct message, or the app's Home; and the thread beside it.

import { h } from "./dom.js";
import { blocks } from "./blocks.js";
import { iconButton } from "./buttons.js";
import { composer } from "./composer.js";
import { appMark, avatar, icon } from "./icons.js";
import { messageList } from "./messages.js";
import { go, HOME, inApp } from "./place.js";
import { appChannel, channelById, nameOf, store, titleOf } from "./state.js";

/** The main column. */
export function room() {
  const channel = channelById(store.ui.place);
  return h(
    "main",
    { class: "room", key: `room:${store.uid}` },
    !store.online && h("p", { class: "offline", role: "status" }, "Connection lost. Trying again…"),
    inApp() ? appHead() : channelHead(channel),
    store.ui.place === HOME ? home() : channelBody(channel),
  );
}

function channelHead(channel) {
  const picture = channel.kind === "im" ? avatar(channel.with) : icon(channel.is_private ? "lock" : "hash");
  return h(
    "div",
    { class: "room-head", key: "head" },
    h("h1", {}, picture, titleOf(channel)),
    channel.is_ext_shared && h("span", { class: "badge badge-shared" }, "Shared with another organisation"),
    channel.topic && h("p", { class: "topic" }, channel.topic),
  );
}

function appHead() {
  const tab = (id, testid, title) =>
    id &&
    h(
      "button",
      {
        type: "button",
        role: "tab",
        "data-testid": testid,
        "aria-selected": store.ui.place === id,
        on: { click: () => go({ at: id, thread: null }) },
      },
      title,
    );
  return h(
    "div",
    { class: "room-head app-head", key: "app-head" },
    h(
      "h1",
      {},
      h("span", { class: "avatar avatar-app", "aria-hidden": "true" }, appMark()),
      store.app.name,
      h("span", { class: "badge" }, "APP"),
    ),
    h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": store.app.name },
      tab(HOME, "home-tab", "Home"),
      tab(appChannel()?.id, "messages-tab", "Messages"),
    ),
  );
}

function home() {
  const view = store.seen.home;
  const nothing = h(
    "div",
    { class: "empty" },
    appMark(),
    h("p", {}, `${store.app.name} has nothing to show here yet.`),
  );
  return h(
    "div",
    {
      class: "home",
      key: "home",
      tabindex: "0",
      role: "tabpanel",
      "aria-label": "Home",
      "data-view-id": view?.id,
      "data-callback-id": view?.callback_id,
    },
    view ? h("div", { class: "blocks" }, blocks({ home: view }, view.blocks)) : nothing,
  );
}

function channelBody(channel) {
  const title = channel.kind === "im" ? titleOf(channel) : `#${channel.name}`;
  return [
    messageList(`messages:${channel.id}`, store.seen.messages[channel.id] ?? [], {
      intro: intro(channel, title),
      label: `Messages in ${title}`,
    }),
    channel.read_only ? closed(channel) : composer(channel.id, `Message ${title}`),
  ];
}

const closed = (channel) =>
  h(
    "p",
    { class: "closed", key: "closed" },
    channel.is_archived ? "This channel is archived." : "Sending messages to this app has been turned off.",
  );

function intro(channel, title) {
  const text =
    channel.kind === "channel" ? `This is the start of ${title}.` : `This is the start of your messages with ${title}.`;
  return h("div", { class: "intro", key: "intro" }, channel.kind === "im" && avatar(channel.with), h("p", {}, text));
}

/** The open thread, or null. */
export function threadPanel() {
  const { place, thread } = store.ui;
  const channel = channelById(place);
  if (!thread || !channel) return null;
  const parent = (store.seen.messages[channel.id] ?? []).find((message) => message.ts === thread);
  const replies = (store.seen.threads[`${channel.id}:${thread}`] ?? []).filter((message) => message.ts !== thread);
  const close = () => go({ thread: null });
  return h(
    "aside",
    {
      class: "thread",
      key: `thread:${thread}`,
      "data-testid": "thread",
      "aria-label": "Thread",
      on: {
        keydown: (event) => {
          if (event.key === "Escape") close();
        },
      },
    },
    h(
      "div",
      { class: "room-head" },
      h("h2", {}, "Thread"),
      h("p", { class: "topic" }, channel.kind === "im" ? nameOf(channel.with) : `#${channel.name}`),
      iconButton("Close thread", "close", close),
    ),
    messageList(`thread:${thread}`, [parent, ...replies].filter(Boolean), { inThread: true, label: "Thread" }),
    channel.read_only ? closed(channel) : composer(channel.id, "Reply…", thread),
  );
}

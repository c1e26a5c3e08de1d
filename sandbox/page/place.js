// Where one is: person, channel (or the app's Home) and thread, kept in the address so that a link or reload leads back.

import { act, appChannel, channelById, refresh, setUi, store } from "./state.js";

export const HOME = "home";

/** What the address says: {person, at, thread}. */
export function placeInAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  return { person: said.get("person"), at: said.get("at"), thread: said.get("thread") };
}

/** Goes somewhere: {person?, at?, thread?}; what is left out stays, but a new channel closes the thread. */
export function go({ person = store.uid, at, thread }) {
  const samePlace = at === undefined || at === store.ui.place;
  const said = new URLSearchParams({ person });
  const place = at ?? (person === store.uid ? store.ui.place : null);
  if (place) said.set("at", place);
  const open = thread === undefined ? samePlace && person === store.uid && store.ui.thread : thread;
  if (open) said.set("thread", open);
  setUi({ drawer: false });
  if (location.hash.slice(1) !== String(said)) location.hash = said;
}

/** Takes over what the address says for the present person, and says it to the server where that matters. */
export function arrive() {
  const { at, thread } = placeInAddress();
  const place = at === HOME || channelById(at) ? at : firstPlace();
  const moved = place !== store.ui.place;
  setUi({ place, thread });
  if (moved && inApp()) act("home", { tab: place === HOME ? "home" : "messages" });
  markRead();
}

function firstPlace() {
  const { channels } = store.seen;
  return (
    (channels.find((each) => each.name === "general") ?? channels.find((each) => each.is_member) ?? channels[0])?.id ??
    HOME
  );
}

/** Tells the server that what is on the screen has been read. */
export function markRead() {
  const channel = channelById(store.ui.place);
  if (channel?.unread > 0 && document.visibilityState === "visible") {
    channel.unread = 0;
    act("read", { channel: channel.id });
    refresh();
  }
}

/** Whether one is in the app's own space: its Home or its messages. */
export const inApp = () =>
  store.ui.place === HOME || (appChannel() !== undefined && store.ui.place === appChannel().id);

// The list of places on the left: channels, direct messages, and the app.

import { h } from "./dom.js";
import { appMark, avatar, icon } from "./icons.js";
import { go, HOME } from "./place.js";
import { appChannel, setUi, store, titleOf } from "./state.js";

/** The sidebar; on a narrow screen it is a drawer, open or not. */
export function sidebar() {
  const app = appChannel();
  const channels = store.seen.channels.filter(({ kind }) => kind === "channel");
  const direct = store.seen.channels.filter((each) => each.kind === "im" && each !== app);
  return h(
    "nav",
    {
      class: `sidebar ${store.ui.drawer ? "drawn" : ""}`,
      id: "sidebar",
      "aria-label": "Workspace",
      on: {
        keydown: (event) => {
          if (event.key === "Escape") setUi({ drawer: false });
        },
      },
    },
    group(
      "Channels",
      channels.map((each) => entry(each.id, each.name, icon(each.is_private ? "lock" : "hash"), each)),
    ),
    direct.length > 0 &&
      group(
        "Direct messages",
        direct.map((each) => entry(each.id, titleOf(each), avatar(each.with), each)),
      ),
    !store.seen.me.is_stranger &&
      group("Apps", [
      entry(
        HOME,
        store.app.name,
        h("span", { class: "avatar avatar-app", "aria-hidden": "true" }, appMark()),
        null,
        "Home",
      ),
      app && entry(app.id, "Messages", icon("reply"), app),
    ]),
  );
}

const group = (title, entries) => h("section", { class: "places" }, h("h2", {}, title), h("ul", {}, entries));

function entry(id, title, picture, channel, note = null) {
  const unread = channel?.unread ?? 0;
  const here = store.ui.place === id;
  const counts =
    unread > 0 &&
    (channel.kind === "im"
      ? h("span", { class: "count" }, unread, h("span", { class: "visually-hidden" }, " unread"))
      : h("span", { class: "visually-hidden" }, "unread"));
  return h(
    "li",
    { key: id },
    h(
      "button",
      {
        type: "button",
        class: `place ${unread > 0 ? "unread" : ""} ${channel && !channel.is_member && channel.kind === "channel" ? "outside" : ""}`,
        "data-channel": id,
        "aria-current": here ? "page" : null,
        on: { click: () => go({ at: id, thread: null }) },
      },
      picture,
      h("span", { class: "place-title" }, title),
      note && h("span", { class: "place-note" }, note),
      counts,
    ),
  );
}

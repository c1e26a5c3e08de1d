// Passing notes: what Slack says to the person, and messages that arrived elsewhere.

import { h } from "./dom.js";
import { iconButton } from "./buttons.js";
import { avatar, icon } from "./icons.js";
import { TROUBLE } from "./modal.js";
import { mrkdwn, plain, textOf } from "./mrkdwn.js";
import { go } from "./place.js";
import { act, appChannel, channelById, dropToast, nameOf, store, titleOf, toast } from "./state.js";

/** All notes, newest last; errors interrupt a screen reader, others wait. */
export function toasts() {
  const onModal = (notice) => notice.text === TROUBLE && store.seen.views.length > 0;
  const notices = store.seen.notices
    .filter((notice) => !onModal(notice))
    .map((notice) => ({
      ...notice,
      drop: () => act("dismiss", { notice: notice.id }),
    }));
  const busy = store.seen.views.length > 0; // on a phone a message's note would lie over the window's buttons
  const local = store.ui.toasts
    .filter((each) => !busy || each.kind !== "message")
    .map((each) => ({ ...each, drop: () => dropToast(each.id) }));
  return h(
    "div",
    { class: "toasts", key: "toasts", role: "region", "aria-label": "Notifications", "aria-live": "polite" },
    [...notices, ...local].map(note),
  );
}

function note({ id, kind, title, text, from, go: target, drop }) {
  const body = [h("span", { class: "toast-title" }, title), h("span", { class: "toast-text" }, text)];
  return h(
    "div",
    {
      class: `toast toast-${kind}`,
      key: id,
      role: kind === "error" ? "alert" : "status",
      "data-testid": "notice",
      "data-notice": id,
    },
    from ? avatar(from) : icon(kind === "error" ? "warning" : "check"),
    target
      ? h(
          "button",
          {
            type: "button",
            class: "toast-body",
            on: {
              click: () => {
                drop();
                go(target);
              },
            },
          },
          body,
        )
      : h("div", { class: "toast-body" }, body),
    iconButton("Dismiss", "close", drop),
  );
}

let newest = null; // ts of the newest message already known, by person

/** Notes each message that came since the last look, is meant for this person, and stands in a place not on the screen. */
export function noteArrivals() {
  const { messages, threads } = store.seen;
  const all = [...Object.values(messages), ...Object.values(threads)].flat();
  const before = newest;
  newest = { uid: store.uid, ts: Math.max(0, ...all.map((message) => Number(message.ts))) };
  if (before?.uid !== store.uid) return;
  const arrived = all.filter(
    (message) =>
      Number(message.ts) > before.ts && message.user !== store.uid && !onScreen(message) && concerns(message),
  );
  for (const message of arrived.slice(-3)) {
    toast({
      kind: "message",
      from: message.user,
      title: titleFor(message),
      text: preview(message),
      go: { at: message.channel, thread: message.thread_ts ?? null },
    });
  }
}

function onScreen({ channel, thread_ts: thread, ts }) {
  const inThread = thread && thread !== ts;
  return channel === store.ui.place && (!inThread || thread === store.ui.thread);
}

function concerns(message) {
  if (message.ephemeral || channelById(message.channel)?.kind === "im") return true;
  const written = `${message.text} ${JSON.stringify(message.blocks ?? [])}`;
  return [`<@${store.uid}`, `"user_id":"${store.uid}"`, "<!channel", "<!here", "<!everyone"].some((call) =>
    written.includes(call),
  );
}

function titleFor(message) {
  const author = message.username || nameOf(message.user);
  const channel = channelById(message.channel);
  return channel === appChannel() || channel?.kind === "im" ? author : `${author} in #${titleOf(channel)}`;
}

const PREVIEW = 140; // characters

/** What a desktop notification says: the blocks' first words, else the text. */
function preview(message) {
  const first = (message.blocks ?? []).find((block) => block.text?.text);
  let text = textOf(mrkdwn(message.text ?? ""));
  if (first) text = first.text.type === "mrkdwn" ? textOf(mrkdwn(first.text.text)) : plain(first.text);
  return text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
}

// Where one writes: messages and slash commands, with hints for both.

import { h } from "./dom.js";
import { idFor } from "./act.js";
import { iconButton } from "./buttons.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { act, nameOf, refresh, store, toast, widget } from "./state.js";

/** The composer of a channel, or of a thread in it. */
export function composer(channel, placeholder, thread = null) {
  const key = `composer:${channel}:${thread ?? ""}`;
  const own = widget(key, { text: "", active: 0, hidden: false, caret: 0 });
  const hints = own.hidden ? [] : hintsFor(own, thread);
  own.active = Math.min(own.active, Math.max(hints.length - 1, 0));
  const box = { own, hints, channel, thread, id: idFor(key), listId: idFor(`${key}/hints`) };
  return h(
    "div",
    { class: "composer-frame", key },
    hints.length > 0 && hintList(box),
    h(
      "div",
      { class: "composer" },
      !thread && shortcutMenu(key),
      textarea(box, placeholder),
      iconButton("Send", "send", () => send(box), {
        class: "icon-button send",
        "aria-disabled": own.text.trim() === "",
      }),
    ),
  );
}

function textarea(box, placeholder) {
  const { own, hints, thread, id, listId } = box;
  return h("textarea", {
    id,
    rows: 1,
    placeholder,
    "aria-label": placeholder,
    value: own.text,
    "data-testid": thread ? "thread-composer" : "composer",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-controls": hints.length > 0 ? listId : null,
    "aria-activedescendant": hints.length > 0 ? idFor(`${listId}/${own.active}`) : null,
    on: {
      input: ({ target }) => {
        Object.assign(own, { text: target.value, caret: target.selectionStart, hidden: false, active: 0 });
        refresh();
      },
      keydown: (event) => onKey(event, box),
      blur: () => {
        own.hidden = true;
        refresh();
      },
      focus: () => {
        own.hidden = false;
        refresh();
      },
    },
    updated: grow,
  });
}

function grow(area) {
  if (area.grownFor === area.value) return;
  area.grownFor = area.value;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
}

/** Commands while one is typing "/…", people while one is typing "@…". A hint's `insert` is what it completes to. */
function hintsFor({ text, caret }, thread) {
  const command = /^\/(\S*)$/.exec(text) ?? /^\/(\S+)\s/.exec(text);
  if (command && !thread) {
    const typing = text === command[0] && !text.endsWith(" ");
    const fits = (each) => (typing ? each.command.startsWith(text) : each.command === `/${command[1]}`);
    const hints = store.seen.commands.filter(fits);
    if (typing || !text.slice(0, caret).includes("@"))
      return hints.map((each) => ({ ...each, title: each.command, insert: `${each.command} `, whole: !typing }));
  }
  const mention = /(?:^|\s)@([\p{L}\p{N}._-]{0,30})$/u.exec(text.slice(0, caret));
  return mention ? peopleHints(mention[1], text, caret) : [];
}

function peopleHints(typed, text, caret) {
  const fits = (person) =>
    !person.deleted &&
    [person.name, nameOf(person.id)].some((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
  const start = text.slice(0, caret - typed.length - 1);
  return [...store.people.values()]
    .filter(fits)
    .slice(0, 6)
    .map((person) => ({
      title: `@${person.name}`,
      description: nameOf(person.id),
      insert: `${start}@${person.name} ${text.slice(caret)}`,
      caret: start.length + person.name.length + 2,
    }));
}

function hintList({ own, hints, listId, id }) {
  return h(
    "div",
    {
      class: "hints",
      role: "listbox",
      id: listId,
      "aria-label": "Suggestions",
      on: { mousedown: (event) => event.preventDefault() },
    },
    hints.map((hint, index) =>
      h(
        "div",
        {
          class: `choice ${index === own.active && !hint.whole ? "active" : ""}`,
          role: "option",
          id: idFor(`${listId}/${index}`),
          "aria-selected": index === own.active,
          key: hint.title,
          on: { click: () => complete(own, hint, document.getElementById(id)) },
        },
        h(
          "span",
          { class: "hint-title" },
          h("strong", {}, hint.title),
          hint.usage_hint && h("code", {}, hint.usage_hint),
        ),
        h("span", { class: "menu-description" }, hint.description),
      ),
    ),
  );
}

function complete(own, hint, area) {
  if (hint.whole) return;
  Object.assign(own, { text: hint.insert, caret: hint.caret ?? hint.insert.length, active: 0 });
  refresh();
  queueMicrotask(() => {
    area.focus();
    area.setSelectionRange(own.caret, own.caret);
  });
}

function onKey(event, box) {
  const { own, hints } = box;
  if (event.isComposing) return;
  const listed = hints.length > 0 && !hints[0].whole;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (listed && step) {
    event.preventDefault();
    own.active = (own.active + step + hints.length) % hints.length;
    refresh();
  } else if (listed && (event.key === "Tab" || (event.key === "Enter" && hints[own.active].title !== own.text))) {
    event.preventDefault();
    complete(own, hints[own.active], event.target);
  } else if (event.key === "Escape" && hints.length > 0) {
    event.stopPropagation();
    own.hidden = true;
    refresh();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send(box);
  }
}

async function send({ own, channel, thread }) {
  const text = own.text.trim();
  if (text === "") return;
  const [, command, rest = ""] = /^(\/\S+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  const refused = command && refusal(command, thread);
  if (refused) return toast({ kind: "error", text: refused });
  Object.assign(own, { text: "", caret: 0, active: 0 });
  refresh();
  const answer = command
    ? await act("command", { channel, command, text: rest })
    : await act("message", { channel, text, ...(thread && { thread_ts: thread }) });
  // What could not be sent comes back, unless the person is already writing something else.
  if (!answer.ok && own.text === "") own.text = text;
  refresh();
}

function refusal(command, thread) {
  if (thread) return `${command} is not supported in threads. Sorry!`;
  if (!store.seen.commands.some((each) => each.command === command))
    return `${command} is not a valid command. Type / to see those there are.`;
  return null;
}

function shortcutMenu(key) {
  const shortcuts = store.seen.shortcuts.filter(({ type }) => type === "global");
  if (shortcuts.length === 0) return null;
  return menuButton({
    key,
    label: "Shortcuts",
    face: icon("plus"),
    props: { class: "icon-button" },
    items: shortcuts.map(({ callback_id: callbackId, name, description }) => ({
      text: name,
      description,
      run: () => act("shortcut", { callback_id: callbackId }),
    })),
  });
}

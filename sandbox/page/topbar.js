// The strip on top: the workspace's clock, and who one is.

import { h } from "./dom.js";
import { advanceDays } from "./api.js";
import { iconButton } from "./buttons.js";
import { go } from "./place.js";
import { announce, nameOf, refresh, setUi, store, toast, widget } from "./state.js";
import { clockTime, daysToNextQuarter, longDate, shortDate } from "./time.js";

/** The strip on top of everything. */
export function topbar() {
  return h(
    "header",
    { class: "topbar" },
    iconButton("Channels and messages", "menu", () => setUi({ drawer: !store.ui.drawer }), {
      class: "icon-button drawer-button",
      "aria-expanded": store.ui.drawer,
      "aria-controls": "sidebar",
    }),
    h("p", { class: "workspace" }, "Local workspace"),
    clock(),
    personSwitch(),
  );
}

function clock() {
  const own = widget("clock", { busy: false });
  const { now } = store.seen;
  const button = (testid, short, long, days) =>
    h(
      "button",
      {
        type: "button",
        "data-testid": testid,
        "aria-label": `Next ${short}`,
        title: `Move the calendar on by one ${short}`,
        "aria-disabled": own.busy,
        on: { click: () => advance(own, days()) },
      },
      long,
    );
  return h(
    "div",
    { class: "clock", role: "group", "aria-label": "Calendar" },
    h(
      "time",
      { "data-testid": "clock", datetime: new Date(now * 1000).toISOString(), title: longDate(now) },
      shortDate(now),
      h("span", { class: "clock-time" }, `, ${clockTime(now)}`),
    ),
    button("next-day", "day", "+ Day", () => 1),
    button("next-week", "week", "+ Week", () => 7),
    button("next-quarter", "quarter", "+ Quarter", daysToNextQuarter),
  );
}

async function advance(own, days) {
  if (own.busy) return;
  own.busy = true;
  refresh();
  const answer = await advanceDays(days);
  own.busy = false;
  if (answer.ok === false) toast({ kind: "error", text: "The calendar could not be moved." });
  else announce(`Moved on by ${days} ${days === 1 ? "day" : "days"}.`);
  refresh();
}

function personSwitch() {
  const people = [...store.people.values()].filter((person) => !person.is_bot && !person.deleted);
  const option = (person) =>
    h(
      "option",
      { value: person.id, key: person.id },
      person.title ? `${nameOf(person.id)} – ${person.title}` : nameOf(person.id),
    );
  return h(
    "label",
    { class: "person" },
    h("span", { class: "person-label", "aria-hidden": "true" }, "You are:"),
    h(
      "select",
      {
        "data-testid": "person-switch",
        "aria-label": "You are",
        value: store.uid,
        on: { change: (event) => go({ person: event.target.value }) },
      },
      people.map(option),
    ),
  );
}

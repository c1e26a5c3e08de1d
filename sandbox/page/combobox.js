// Every kind of select menu, single or multi: a text box that filters a list, as ARIA's combobox pattern has it.

import { h } from "./dom.js";
import { choose, elementKey, idFor, named } from "./act.js";
import { choicesFor, labelOf } from "./choices.js";
import { icon } from "./icons.js";
import { placeBeside } from "./menu.js";
import { plain } from "./mrkdwn.js";
import { refresh, widget } from "./state.js";
import { valueOf } from "./values.js";

/** A select of any kind; see `element` in elements.js for the arguments. */
export function combobox(given, block, surface, naming) {
  const key = elementKey(surface, block, given);
  const own = widget(`combobox:${key}`, { open: false, query: "", active: 0 });
  const multi = given.type.startsWith("multi_");
  const value = valueOf(surface, block, given);
  const box = {
    given,
    block,
    surface,
    key,
    own,
    multi,
    chosen: multi ? (value ?? []) : [value].filter((each) => each != null),
  };
  box.found = own.open ? choicesFor(box) : { groups: [], note: null };
  box.flat = box.found.groups.flatMap((group) => group.options);
  return h(
    "div",
    { class: `combobox ${own.open ? "open" : ""}`, key: given.action_id },
    multi && box.chosen.map((each) => chip(box, each)),
    textBox(box, naming),
    clearable(box) ? clearButton(box) : h("span", { class: "combobox-arrow" }, icon("chevron")),
    own.open && listbox(box, naming),
  );
}

function textBox(box, naming) {
  const { given, block, surface, own, multi, chosen, flat } = box;
  const shown = multi || chosen.length === 0 ? "" : labelOf(given, chosen[0]);
  const names = named(given, block, surface, naming);
  const active = own.open && flat[own.active];
  return h("input", {
    ...names,
    type: "text",
    role: "combobox",
    class: "combobox-text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": own.open,
    "aria-haspopup": "listbox",
    "aria-autocomplete": "list",
    "aria-controls": own.open ? idFor(`${box.key}/list`) : null,
    "aria-activedescendant": active ? idFor(`${box.key}/option/${own.active}`) : null,
    value: own.open ? own.query : shown,
    placeholder: (own.open && shown) || (multi && chosen.length > 0 ? null : plain(given.placeholder) || "Choose…"),
    on: {
      mousedown: () => {
        if (!own.open) open(box);
      },
      input: (event) => {
        Object.assign(own, { open: true, query: event.target.value, active: 0 });
        refresh();
      },
      keydown: (event) => onKey(event, box),
      blur: () => close(box),
    },
  });
}

function open(box) {
  const { own, chosen } = box;
  // A search is asked anew each time: the app's answer may have changed.
  Object.assign(own, { open: true, query: "", asked: undefined, answeredFor: undefined, answer: undefined });
  const flat = choicesFor(box).groups.flatMap((group) => group.options);
  own.active = Math.max(
    0,
    flat.findIndex((option) => same(option.value, chosen[0])),
  );
  refresh();
}

function close({ own }) {
  if (!own.open) return;
  Object.assign(own, { open: false, query: "", active: 0 });
  refresh();
}

function onKey(event, box) {
  const { own, flat } = box;
  if (event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
  if (event.key in steps) {
    event.preventDefault();
    if (!own.open) return open(box);
    own.active = Math.min(Math.max(own.active + steps[event.key], 0), Math.max(flat.length - 1, 0));
    refresh();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!own.open) open(box);
    else if (flat[own.active]) pick(box, flat[own.active]);
  } else if (event.key === "Escape" && own.open) {
    event.stopPropagation();
    close(box);
  } else if (event.key === "Backspace" && box.multi && own.query === "" && box.chosen.length > 0) {
    set(box, box.chosen.slice(0, -1));
  }
}

const same = (one, other) => (one?.value ?? one) === (other?.value ?? other);

function pick(box, option) {
  const { multi, chosen, given } = box;
  if (!multi) {
    close(box);
    return set(box, option.value);
  }
  box.own.query = "";
  const without = chosen.filter((each) => !same(each, option.value));
  if (without.length < chosen.length) return set(box, without);
  if (chosen.length < (given.max_selected_items ?? Infinity)) return set(box, [...chosen, option.value]);
}

const set = ({ surface, block, given }, value) => choose(surface, block, given, value);

const clearable = ({ multi, chosen, block }) =>
  !multi && chosen.length > 0 && block.type === "input" && Boolean(block.optional);

const clearButton = (box) =>
  h(
    "button",
    { type: "button", class: "combobox-clear", "aria-label": "Clear choice", on: { click: () => set(box, null) } },
    icon("close"),
  );

function chip(box, value) {
  const label = labelOf(box.given, value);
  const drop = () =>
    set(
      box,
      box.chosen.filter((each) => !same(each, value)),
    );
  return h(
    "span",
    { class: "pick", key: `pick:${value?.value ?? value}` },
    label,
    h("button", { type: "button", "aria-label": `Remove ${label}`, on: { click: drop } }, icon("close")),
  );
}

function listbox(box, naming) {
  const { found, flat, key } = box;
  const name = { "aria-labelledby": naming.labelledBy ?? null, "aria-label": naming.labelledBy ? null : "Choices" };
  const nothing = found.note ?? (flat.length === 0 && "Nothing found.");
  return h(
    "div",
    { class: "choices", on: { mousedown: (event) => event.preventDefault() }, updated: settle },
    h("div", { ...name, role: "listbox", id: idFor(`${key}/list`), "aria-multiselectable": box.multi }, groups(box)),
    nothing && h("p", { class: "choices-note", role: "status" }, nothing),
  );
}

function groups(box) {
  let index = 0;
  return box.found.groups.map(({ label, options }, at) => {
    const choices = options.map((each) => choice(box, each, index++));
    if (!label) return choices;
    const id = idFor(`${box.key}/group/${at}`);
    return h("div", { role: "group", "aria-labelledby": id }, h("div", { class: "choice-group", id }, label), choices);
  });
}

function choice(box, option, index) {
  const { own, key, chosen } = box;
  const selected = chosen.some((value) => same(value, option.value));
  const point = () => {
    if (own.active === index) return;
    own.active = index;
    refresh();
  };
  const attributes = {
    role: "option",
    id: idFor(`${key}/option/${index}`),
    "aria-selected": selected,
    "data-value": option.value?.value ?? option.value,
    class: `choice ${index === own.active ? "active" : ""}`,
  };
  return h(
    "div",
    { ...attributes, on: { click: () => pick(box, option), mousemove: point } },
    h("span", {}, option.text),
    option.description && h("span", { class: "menu-description" }, option.description),
    selected && icon("check"),
  );
}

function settle(floating) {
  placeBeside(floating, floating.parentElement, { wide: true });
  const active = floating.querySelector(".active");
  if (active && active !== floating.lastShown) active.scrollIntoView({ block: "nearest" });
  floating.lastShown = active;
}

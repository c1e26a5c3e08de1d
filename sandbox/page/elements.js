// Block elements: what a person clicks, picks and types. All of them are native controls, but for selects (combobox.js).

import { h } from "./dom.js";
import { choose, click, elementKey, hooks, idFor, isBusy, isLive, named } from "./act.js";
import { combobox } from "./combobox.js";
import { fileInput } from "./files.js";
import { icon, picture } from "./icons.js";
import { menuButton } from "./menu.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { setValue, valueOf } from "./values.js";
import { refresh } from "./state.js";

/**
 * One element. `naming` ties it to its label: {id, labelledBy, describedBy, invalid, required}; without a label of its
 * own it is named by its placeholder or kind.
 */
export function element(given, block, surface, naming) {
  const render = KINDS[given.type] ?? (given.type.includes("select") ? combobox : unknown);
  return render(given, block, surface, naming);
}

const KINDS = {
  button,
  checkboxes,
  datepicker: picker("date"),
  email_text_input: textField("email"),
  file_input: fileInput,
  image: picture,
  number_input: textField("text", "decimal"),
  overflow,
  plain_text_input: plainTextInput,
  radio_buttons: radioButtons,
  timepicker: picker("time"),
  url_text_input: textField("url"),
};

const unknown = (given) => h("p", { class: "unknown-block" }, `This workspace can’t show “${given.type}” elements.`);

function button(given, block, surface) {
  const busy = isBusy(surface, block, given);
  const onClick = () => {
    if (given.url) openApart(given.url);
    click(surface, block, given);
  };
  return h(
    "button",
    {
      ...hooks(block, given),
      key: given.action_id,
      type: "button",
      class: `button ${given.style ?? ""}`,
      "aria-label": given.accessibility_label,
      "aria-busy": busy,
      id: idFor(elementKey(surface, block, given)),
      on: { click: onClick },
    },
    plain(given.text),
  );
}

function overflow(given, block, surface) {
  const items = given.options.map((option) => ({
    text: plain(option.text),
    description: option.description && plain(option.description),
    run: () => {
      if (option.url) openApart(option.url);
      click(surface, block, given, option.value);
    },
  }));
  return menuButton({
    key: elementKey(surface, block, given),
    label: "More actions",
    face: icon("dots"),
    items,
    props: { class: "button icon-button", ...hooks(block, given) },
  });
}

const optionText = (text) => (text.type === "mrkdwn" ? mrkdwn(text.text, text) : plain(text));

function options(type, given, block, surface, naming, isChosen, pick) {
  const key = elementKey(surface, block, given);
  const rows = given.options.map((option) => {
    const id = idFor(`${key}/${option.value}`);
    const input = {
      type,
      name: idFor(key),
      value: option.value,
      checked: isChosen(option.value),
      on: { change: (event) => pick(option.value, event.target.checked) },
    };
    return optionRow(option, id, input, naming);
  });
  // In an input block, the fieldset around it is the group.
  const group = block.type === "input" ? {} : { ...named(given, block, surface, naming), role: GROUP_ROLES[type] };
  return h("div", { class: "options", ...group }, rows);
}

const GROUP_ROLES = { radio: "radiogroup", checkbox: "group" };

function optionRow(option, id, input, { describedBy, invalid }) {
  const aboutId = option.description && `${id}-about`;
  const attributes = {
    id,
    "aria-describedby": [aboutId, describedBy].filter(Boolean).join(" ") || null,
    "aria-invalid": invalid ? "true" : null,
  };
  return h(
    "div",
    { class: "option", key: option.value },
    h("input", { ...input, ...attributes }),
    h("label", { for: id }, h("span", {}, optionText(option.text))),
    aboutId && h("span", { class: "option-description", id: aboutId }, optionText(option.description)),
  );
}

function radioButtons(given, block, surface, naming) {
  const value = valueOf(surface, block, given);
  return options(
    "radio",
    given,
    block,
    surface,
    naming,
    (each) => each === value,
    (picked) => choose(surface, block, given, picked),
  );
}

function checkboxes(given, block, surface, naming) {
  const values = valueOf(surface, block, given) ?? [];
  const pick = (picked, on) =>
    choose(
      surface,
      block,
      given,
      given.options.map((option) => option.value).filter((each) => (each === picked ? on : values.includes(each))),
    );
  return options("checkbox", given, block, surface, naming, (each) => values.includes(each), pick);
}

function picker(type) {
  return (given, block, surface, naming) =>
    h("input", {
      ...named(given, block, surface, naming),
      key: given.action_id,
      type,
      class: "field field-short",
      value: valueOf(surface, block, given) ?? "",
      on: { change: (event) => pickDate(surface, block, given, event.target.value || null) },
    });
}

function pickDate(surface, block, given, value) {
  setValue(surface, block, given, value);
  refresh();
  // Typed by keyboard, a date changes with each of its digits: the app hears of the last.
  if (isLive(block)) later(elementKey(surface, block, given), () => click(surface, block, given, value), 600);
}

function textField(type, inputmode = null) {
  return (given, block, surface, naming) => typed("input", { type, inputmode }, given, block, surface, naming);
}

function plainTextInput(given, block, surface, naming) {
  if (given.multiline) return typed("textarea", { rows: 4 }, given, block, surface, naming);
  return typed("input", { type: "text" }, given, block, surface, naming);
}

function typed(tag, props, given, block, surface, naming) {
  const when = given.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const dispatches = (event) => isLive(block) && when.includes(event);
  const send = () => click(surface, block, given, valueOf(surface, block, given));
  const onInput = (event) => {
    setValue(surface, block, given, event.target.value || null);
    refresh();
    if (dispatches("on_character_entered")) later(elementKey(surface, block, given), send);
  };
  const onKey = (event) => {
    if (event.key !== "Enter" || tag === "textarea" || event.isComposing || !dispatches("on_enter_pressed")) return;
    event.preventDefault();
    send();
  };
  return h(tag, {
    ...named(given, block, surface, naming),
    ...props,
    key: given.action_id,
    class: "field",
    autocomplete: "off",
    placeholder: plain(given.placeholder) || null,
    value: valueOf(surface, block, given) ?? "",
    on: { input: onInput, keydown: onKey },
  });
}

const waiting = new Map();

/** Does something when this element has rested for a while. */
function later(key, run, delay = 300) {
  clearTimeout(waiting.get(key));
  waiting.set(key, setTimeout(run, delay));
}

function openApart(url) {
  if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

// What modals and confirmations have in common, and the confirmation itself.

import { h } from "./dom.js";
import { idFor } from "./act.js";
import { textButton } from "./buttons.js";
import { trapTab } from "./focus.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { store } from "./state.js";

/** A dialog over the page. `layer` names it among those open (see focus.js); `leave` is what Escape does. */
export function dialog({ key, layer, leave, ...props }, ...children) {
  const onKey = (event) => {
    trapTab(event);
    if (event.key === "Escape") leave();
  };
  const attributes = { role: "dialog", "aria-modal": "true", tabindex: "-1", "data-dialog": layer };
  return h(
    "div",
    { class: "backdrop", key },
    h("div", { ...attributes, ...props, key: layer, on: { keydown: onKey } }, children),
  );
}

/** The question whether one is sure, or null. */
export function confirmation() {
  const { confirm } = store.ui;
  if (!confirm) return null;
  const [titleId, textId] = [idFor("confirm/title"), idFor("confirm/text")];
  const { answer, style = "primary", text } = confirm;
  const attributes = {
    class: "dialog confirm",
    role: "alertdialog",
    "aria-labelledby": titleId,
    "aria-describedby": textId,
    "data-testid": "confirm",
  };
  return dialog(
    { key: "confirm", layer: "confirm", leave: () => answer(false), ...attributes },
    h("h2", { id: titleId }, plain(confirm.title)),
    h("p", { id: textId }, text.type === "mrkdwn" ? mrkdwn(text.text) : plain(text)),
    h(
      "footer",
      {},
      textButton(plain(confirm.deny) || "Cancel", () => answer(false), { "data-autofocus": true }),
      textButton(plain(confirm.confirm) || "Yes", () => answer(true), { class: `button ${style}` }),
    ),
  );
}

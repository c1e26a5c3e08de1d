// The person's modals: the topmost view of the stack as a dialog.

import { h } from "./dom.js";
import { blocks } from "./blocks.js";
import { iconButton, textButton } from "./buttons.js";
import { idFor } from "./act.js";
import { dialog } from "./dialog.js";
import { focusInto } from "./focus.js";
import { appMark, icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { act, refresh, server, store, widget } from "./state.js";
import { flush, isEdited, submitting, valuesOf } from "./values.js";

/** What Slack says when a submission got no good answer: it belongs on the modal. */
export const TROUBLE = "We had some trouble connecting. Try again?";

const TEXT_ONLY = new Set(["context", "divider", "header", "image", "section"]);

const troubles = () => store.seen.notices.filter((notice) => notice.text === TROUBLE);

const forgetTroubles = () => troubles().forEach((notice) => act("dismiss", { notice: notice.id }));

/** The top modal, or null. */
export function modal() {
  const view = store.seen.views.at(-1);
  if (!view) return null;
  const own = widget(`modal:${view.id}`, { sending: false, failed: false });
  const busy = own.sending || Boolean(view.busy);
  const titleId = idFor(`${view.id}/title`);
  const onSubmit = (event) => {
    event.preventDefault();
    submit(view, own);
  };
  const attributes = {
    class: "dialog modal",
    "aria-labelledby": titleId,
    "aria-busy": busy,
    inert: Boolean(store.ui.confirm),
    "data-testid": "modal",
    "data-view-id": view.id,
    "data-callback-id": view.callback_id,
    updated: (element) => settle(element, view, busy),
  };
  return dialog(
    { key: "modal", layer: `view:${view.id}`, leave: () => close(view), ...attributes },
    h(
      "form",
      { novalidate: true, on: { submit: onSubmit } },
      heading(view, titleId),
      (own.failed || troubles().length > 0) && h("div", { class: "banner", role: "alert" }, icon("warning"), TROUBLE),
      h(
        "div",
        {
          class: "modal-body",
          role: "group",
          "aria-labelledby": titleId,
          // Where there is only text to read, the keyboard scrolls it.
          tabindex: view.blocks.some(takesFocus) ? null : "0",
        },
        blocks({ view }, view.blocks, busy ? {} : errorsOf(view)),
      ),
      footing(view, busy),
    ),
  );
}

const takesFocus = (block) => Boolean(block.accessory) || !TEXT_ONLY.has(block.type);

function heading(view, titleId) {
  const stacked = store.seen.views.length > 1;
  return h(
    "header",
    { class: "modal-head" },
    stacked
      ? iconButton("Back", "back", () => close(view))
      : h("span", { class: "avatar avatar-app", "aria-hidden": "true" }, appMark()),
    h("h2", { id: titleId }, plain(view.title)),
    iconButton("Close", "close", () => close(view, true), { "data-testid": "modal-close" }),
  );
}

function footing(view, busy) {
  const attributes = { type: "submit", class: "button primary", "data-testid": "modal-submit", "aria-busy": busy };
  return h(
    "footer",
    { class: "modal-foot" },
    textButton(plain(view.close) || (view.submit ? "Cancel" : "Close"), () => close(view)),
    view.submit && h("button", attributes, plain(view.submit)),
  );
}

/** What is wrong, by block_id: what the app or Slack said last, less the fields changed since. */
function errorsOf(view) {
  return Object.fromEntries(Object.entries(view.errors ?? {}).filter(([blockId]) => !isEdited(view.id, blockId)));
}

async function submit(view, own) {
  if (own.sending || view.busy || !view.submit) return;
  const values = valuesOf({ view });
  submitting(view.id);
  Object.assign(own, { sending: true, failed: false });
  refresh();
  const answer = await act("submit", { view: view.id, values });
  own.failed = !answer.ok && answer.error !== "validation";
  // Busy until the outcome is known too, lest the old errors flash by.
  await server.fetch();
  own.sending = false;
  refresh();
}

async function close(view, all = false) {
  await flush({ view });
  forgetTroubles();
  await act("close", { view: view.id, all });
}

/** After a redraw: a page of new questions starts at its top, and new errors take the focus to the first of them. */
function settle(element, view, busy) {
  const body = element.querySelector(".modal-body");
  const questions = view.blocks.filter((block) => block.type === "input").map((block) => block.block_id);
  const turned =
    element.questions &&
    !element.questions.some((id) => questions.includes(id)) &&
    element.questions.join() !== questions.join();
  element.questions = questions;
  if (turned) {
    body.scrollTop = 0;
    focusInto(element);
  }
  if (busy) element.saidErrors = "";
  const errors = [...element.querySelectorAll("[data-error]")]
    .map((each) => `${each.dataset.error}: ${each.textContent}`)
    .join("\n");
  const isNew = errors && errors.length > (element.saidErrors ?? "").length && errors !== element.saidErrors;
  element.saidErrors = errors;
  if (isNew) element.querySelector(".invalid :is(input, textarea, select)")?.focus({ focusVisible: true });
}

// The person's modals: the topmost view of the stack as a dialog, and the question whether one is sure.

import { h } from "./dom.js";
import { blocks } from "./blocks.js";
import { idFor } from "./act.js";
import { focusInto, trapTab } from "./focus.js";
import { appMark, icon } from "./icons.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { act, refresh, server, store, widget } from "./state.js";
import { flush, isEdited, submitting, valuesOf } from "./values.js";

/** What Slack says when a submission got no good answer: it belongs on the modal. */
export const TROUBLE = "We had some trouble connecting. Try again?";

const troubles = () => store.seen.notices.filter((notice) => notice.text === TROUBLE);

const forgetTroubles = () => troubles().forEach((notice) => act("dismiss", { notice: notice.id }));

/** The top modal, or null. */
export function modal() {
  const view = store.seen.views.at(-1);
  if (!view) return null;
  const own = widget(`modal:${view.id}`, { sending: false, failed: false });
  const busy = own.sending || Boolean(view.busy);
  const stacked = store.seen.views.length > 1;
  const titleId = idFor(`${view.id}/title`);
  const onKey = (event) => {
    trapTab(event);
    if (event.key === "Escape") close(view);
  };
  const onSubmit = (event) => {
    event.preventDefault();
    submit(view, own);
  };
  const attributes = {
    role: "dialog",
    "aria-modal": "true",
    "aria-labelledby": titleId,
    "aria-busy": busy,
    tabindex: "-1",
    inert: Boolean(store.ui.confirm),
    "data-dialog": `view:${view.id}`,
    "data-testid": "modal",
    "data-view-id": view.id,
    "data-callback-id": view.callback_id,
  };
  return h(
    "div",
    { class: "backdrop", key: "modal" },
    h(
      "div",
      {
        ...attributes,
        class: "dialog modal",
        key: view.id,
        on: { keydown: onKey },
        updated: (dialog) => settle(dialog, view, busy),
      },
      h(
        "form",
        { novalidate: true, on: { submit: onSubmit } },
        heading(view, titleId, stacked),
        (own.failed || troubles().length > 0) && h("div", { class: "banner", role: "alert" }, icon("warning"), TROUBLE),
        h("div", { class: "modal-body" }, blocks({ view }, view.blocks, busy ? {} : errorsOf(view))),
        footing(view, busy),
      ),
    ),
  );
}

function heading(view, titleId, stacked) {
  return h(
    "header",
    { class: "modal-head" },
    stacked
      ? h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Back",
            title: "Back",
            on: { click: () => close(view) },
          },
          icon("back"),
        )
      : h("span", { class: "avatar avatar-app", "aria-hidden": "true" }, appMark()),
    h("h2", { id: titleId }, plain(view.title)),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close",
        title: "Close",
        "data-testid": "modal-close",
        on: { click: () => close(view, true) },
      },
      icon("close"),
    ),
  );
}

function footing(view, busy) {
  return h(
    "footer",
    { class: "modal-foot" },
    h(
      "button",
      { type: "button", class: "button", on: { click: () => close(view) } },
      plain(view.close) || (view.submit ? "Cancel" : "Close"),
    ),
    view.submit &&
      h(
        "button",
        { type: "submit", class: "button primary", "data-testid": "modal-submit", "aria-busy": busy },
        plain(view.submit),
      ),
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
function settle(dialog, view, busy) {
  const body = dialog.querySelector(".modal-body");
  const questions = view.blocks.filter((block) => block.type === "input").map((block) => block.block_id);
  const turned =
    dialog.questions &&
    !dialog.questions.some((id) => questions.includes(id)) &&
    dialog.questions.join() !== questions.join();
  dialog.questions = questions;
  if (turned) {
    body.scrollTop = 0;
    focusInto(dialog);
  }
  if (busy) dialog.saidErrors = "";
  const errors = [...dialog.querySelectorAll("[data-error]")]
    .map((each) => `${each.dataset.error}: ${each.textContent}`)
    .join("\n");
  const isNew = errors && errors.length > (dialog.saidErrors ?? "").length && errors !== dialog.saidErrors;
  dialog.saidErrors = errors;
  if (isNew) dialog.querySelector(".invalid :is(input, textarea, select)")?.focus({ focusVisible: true });
}

/** The question whether one is sure, or null. */
export function confirmation() {
  const { confirm } = store.ui;
  if (!confirm) return null;
  const [titleId, textId] = [idFor("confirm/title"), idFor("confirm/text")];
  const onKey = (event) => {
    trapTab(event);
    if (event.key === "Escape") confirm.answer(false);
  };
  return h(
    "div",
    { class: "backdrop backdrop-confirm", key: "confirm" },
    h(
      "div",
      {
        class: "dialog confirm",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
        tabindex: "-1",
        "data-dialog": "confirm",
        "data-testid": "confirm",
        on: { keydown: onKey },
      },
      h("h2", { id: titleId }, plain(confirm.title)),
      h("p", { id: textId }, confirm.text.type === "mrkdwn" ? mrkdwn(confirm.text.text) : plain(confirm.text)),
      h(
        "footer",
        {},
        h(
          "button",
          { type: "button", class: "button", "data-autofocus": true, on: { click: () => confirm.answer(false) } },
          plain(confirm.deny) || "Cancel",
        ),
        h(
          "button",
          { type: "button", class: `button ${confirm.style ?? "primary"}`, on: { click: () => confirm.answer(true) } },
          plain(confirm.confirm) || "Yes",
        ),
      ),
    ),
  );
}

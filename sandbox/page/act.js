// What a person's choice in a block sets off.

import { plain } from "./mrkdwn.js";
import { act, refresh, server, setUi, store, widget } from "./state.js";
import { flush, setValue, surfaceKey, whereOf } from "./values.js";

const ids = new Map();

/** A document id for a key, the same each time. */
export function idFor(key) {
  if (!ids.has(key)) ids.set(key, `i${ids.size + 1}`);
  return ids.get(key);
}

/** What tells one block on the page from all others: a message may stand in its channel and beside it, in its thread. */
export const blockKey = (surface, block) =>
  `${surfaceKey(surface)}${surface.inThread ? "/thread" : ""}/${block.block_id}`;

/** What tells one element of one block from all others. */
export const elementKey = (surface, block, element) => `${blockKey(surface, block)}/${element.action_id}`;

/** The attributes that tests and styles find an element by. */
export const hooks = (block, element) => ({ "data-block-id": block.block_id, "data-action-id": element.action_id });

/** The attributes that name a control and say what is wrong with it. */
export function named(given, block, surface, { id, labelledBy, describedBy, invalid, required }) {
  const fallback = plain(given.placeholder) || given.type.replaceAll("_", " ");
  return {
    ...hooks(block, given),
    id: id ?? idFor(elementKey(surface, block, given)),
    "aria-labelledby": labelledBy ?? null,
    "aria-label": labelledBy ? null : fallback,
    "aria-describedby": describedBy ?? null,
    "aria-invalid": invalid ? "true" : null,
    "aria-required": required ? "true" : null,
  };
}

/** Whether choosing in this element tells the app at once, instead of waiting for the form's submission. */
export const isLive = (block) => block.type !== "input" || Boolean(block.dispatch_action);

/** Asks the person to confirm, where the app wants that. */
function confirmed(element) {
  if (!element.confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    setUi({
      confirm: {
        ...element.confirm,
        answer: (yes) => {
          setUi({ confirm: null });
          resolve(yes);
        },
      },
    });
  });
}

/** Sends a block action; the element shows that it is busy until the app has answered. */
export async function click(surface, block, element, value) {
  const own = widget(`busy:${elementKey(surface, block, element)}`, { busy: false });
  if (own.busy || !(await confirmed(element))) return;
  own.busy = true;
  refresh();
  await flush(surface);
  await act("click", { where: whereOf(surface), block_id: block.block_id, action_id: element.action_id, value });
  await server.fetch();
  own.busy = false;
  refresh();
}

export const isBusy = (surface, block, element) =>
  store.ui.widgets.get(`busy:${elementKey(surface, block, element)}`)?.busy ?? false;

/** Keeps a new value, and tells the app where the element is live. */
export function choose(surface, block, element, value) {
  setValue(surface, block, element, value);
  refresh();
  if (isLive(block)) click(surface, block, element, value);
}

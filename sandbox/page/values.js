// What has been filled in but not yet sent: kept here by surface, block_id and action_id, so that it outlives a redraw,
// and told to the server, so that it travels with block actions and outlives a reload.
//
// A value is what the people API takes: text, an option's value, an id, "YYYY-MM-DD", "HH:MM", a list of those,
// {value, text} for external options, or null for nothing.

import { act } from "./api.js";
import { store } from "./state.js";

const drafts = new Map(); // surface key -> Map("block_id\naction_id" -> value)
const edited = new Map(); // view id -> Set of block_ids changed since the last submission
const timers = new Map();

/** A surface is where blocks stand: {view}, {message} or {home}. */
export function surfaceKey(surface) {
  if (surface.view) return `view:${surface.view.id}`;
  if (surface.home) return `home:${surface.home.id}`;
  return `message:${surface.message.channel}:${surface.message.ts}`;
}

/** How the people API names a surface. */
export function whereOf(surface) {
  if (surface.view) return { view: surface.view.id };
  if (surface.home) return { home: true };
  return { message: { channel: surface.message.channel, ts: surface.message.ts } };
}

const fieldKey = (blockId, actionId) => `${blockId}\n${actionId}`;

/** What a field holds now: what was entered here, else what the server keeps, else what the app set at first. */
export function valueOf(surface, block, element) {
  const draft = drafts.get(surfaceKey(surface));
  const key = fieldKey(block.block_id, element.action_id);
  if (draft?.has(key)) return draft.get(key);
  const at = surface.view ?? surface.home ?? surface.message;
  const kept = at.state?.values?.[block.block_id]?.[element.action_id];
  return kept ? keptValue(kept) : initialValue(element);
}

/** Keeps a field's new value, and tells the server a little later. */
export function setValue(surface, block, element, value) {
  const key = surfaceKey(surface);
  if (!drafts.has(key)) drafts.set(key, new Map());
  drafts.get(key).set(fieldKey(block.block_id, element.action_id), value);
  if (!surface.view) return;
  const id = surface.view.id;
  touch(id, block.block_id);
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => flush(surface), 400),
  );
}

/** Notes that the person changed a block, whose old error no longer applies. */
export function touch(viewId, blockId) {
  if (!edited.has(viewId)) edited.set(viewId, new Set());
  edited.get(viewId).add(blockId);
}

/** Tells the server now what was filled in so far. */
export async function flush(surface) {
  if (!surface.view || !timers.has(surface.view.id)) return;
  clearTimeout(timers.get(surface.view.id));
  timers.delete(surface.view.id);
  await act(store.uid, "input", { view: surface.view.id, values: valuesOf(surface) });
}

/** All fields of a view that hold values: {block_id: {action_id: value}}. */
export function valuesOf(surface) {
  const values = {};
  for (const [block, element] of fields(surface.view.blocks)) {
    values[block.block_id] ??= {};
    values[block.block_id][element.action_id] = valueOf(surface, block, element);
  }
  return values;
}

/** Whether the person changed this block since the last submission: its old error no longer applies. */
export const isEdited = (viewId, blockId) => edited.get(viewId)?.has(blockId) ?? false;

/** Starts a submission: from now on, errors that come back are fresh, and what was typed is sent with it. */
export function submitting(viewId) {
  edited.delete(viewId);
  clearTimeout(timers.get(viewId));
  timers.delete(viewId);
}

/** Forgets what was entered in closed views and in fields that are gone, as Slack does when an app changes a view. */
export function forgetGone() {
  const views = new Map(store.seen.views.map((view) => [`view:${view.id}`, view]));
  for (const [key, draft] of drafts) {
    if (!key.startsWith("view:")) continue;
    const view = views.get(key);
    const there = new Set(
      view ? [...fields(view.blocks)].map(([block, element]) => fieldKey(block.block_id, element.action_id)) : [],
    );
    for (const field of draft.keys()) if (!there.has(field)) draft.delete(field);
    if (!view) drafts.delete(key);
  }
  for (const id of edited.keys()) if (!views.has(`view:${id}`)) edited.delete(id);
}

const WITHOUT_VALUE = new Set(["button", "overflow", "image", "workflow_button"]);

function* fields(blocks) {
  for (const block of blocks) {
    const elements = block.elements && block.type === "actions" ? block.elements : [block.element ?? block.accessory];
    for (const element of elements) if (element?.action_id && !WITHOUT_VALUE.has(element.type)) yield [block, element];
  }
}

const optionValue = (option, external) => {
  if (!option) return null;
  return external ? { value: option.value, text: option.text.text } : option.value;
};

function keptValue(kept) {
  if (kept.type === "file_input") return kept.files.map((file) => file.id);
  const external = kept.type?.includes("external");
  if ("selected_options" in kept) return (kept.selected_options ?? []).map((option) => optionValue(option, external));
  if ("selected_option" in kept) return optionValue(kept.selected_option, external);
  const name = Object.keys(kept).find((key) => key.startsWith("selected_")) ?? "value";
  return kept[name] ?? null;
}

function initialValue(element) {
  const external = element.type.includes("external");
  if (element.initial_options) return element.initial_options.map((option) => optionValue(option, external));
  if (element.initial_option) return optionValue(element.initial_option, external);
  const name = Object.keys(element).find((key) => key.startsWith("initial_"));
  return name ? element[name] : null;
}

// What the page knows: the server's account of what this person sees (`store.seen`), and what lives only here (`store.ui`).

import * as api from "./api.js";

export const store = {
  people: new Map(), // by id
  app: null, // {id, name, bot_user_id}
  uid: null, // who one is
  seen: null, // GET /people/{uid}/state
  online: true,
  ui: {
    place: null,
    thread: null,
    drawer: false,
    confirm: null,
    menu: null,
    toasts: [],
    composer: {},
    widgets: new Map(),
  },
};

let draw = () => {};
let drawing = false;

/** Sets the function that draws the page; `refresh` calls it. */
export function onRefresh(callback) {
  draw = callback;
}

/** Fetches the server's account anew; set by main.js. */
export const server = { fetch: async () => {} };

/** Draws the page soon; many calls in one turn draw once. */
export function refresh() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

/** Changes what lives only in this page and draws it. */
export function setUi(changes) {
  Object.assign(store.ui, changes);
  refresh();
}

/** A widget's own state (an open list, a search text), by the widget's key; made from `initial` at first. */
export function widget(key, initial) {
  if (!store.ui.widgets.has(key)) store.ui.widgets.set(key, { ...initial });
  return store.ui.widgets.get(key);
}

/** Does one thing as this person; an unexpected refusal is said in a toast. Returns the server's answer. */
export async function act(verb, body) {
  const answer = await api.act(store.uid, verb, body);
  const saidElsewhere = ["validation", "operation_timeout", "dispatch_failed"];
  if (!answer.ok && !saidElsewhere.includes(answer.error)) toast({ kind: "error", text: explain(answer.error) });
  return answer;
}

function explain(error) {
  if (error === "connection_lost") return "The workspace can’t be reached. Is it still running?";
  return error.includes(" ") ? error : `That didn’t work (${error}).`;
}

let toastCount = 0;

/** Shows a passing note: {kind: "info"|"error"|"message", text, title?, go?: where a click leads}. Errors stay until dismissed. */
export function toast(note) {
  toastCount += 1;
  const id = `local-${toastCount}`;
  setUi({ toasts: [...store.ui.toasts.slice(-3), { id, ...note }] });
  if (note.kind !== "error") setTimeout(() => dropToast(id), 8000);
}

/** Takes a passing note away. */
export function dropToast(id) {
  setUi({ toasts: store.ui.toasts.filter((each) => each.id !== id) });
}

/** Says something to screen readers only. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** A person's shown name, by id. */
export function nameOf(uid) {
  const person = store.people.get(uid);
  if (uid === store.app?.bot_user_id) return store.app.name;
  return person?.real_name || person?.name || uid;
}

export const channelById = (id) => store.seen?.channels.find((each) => each.id === id);

/** The direct message with the app, or undefined before there is one. */
export const appChannel = () =>
  store.seen?.channels.find((each) => each.kind === "im" && each.with === store.app?.bot_user_id);

/** A channel's name as a person reads it. */
export function titleOf(channel) {
  if (!channel) return "";
  return channel.kind === "im" ? nameOf(channel.with) : channel.name;
}

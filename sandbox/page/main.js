// Starts the page and keeps it in step with the server.

import { h, patch } from "./dom.js";
import * as api from "./api.js";
import { confirmation } from "./dialog.js";
import { settleFocus } from "./focus.js";
import { closeMenuOutside } from "./menu.js";
import { modal } from "./modal.js";
import { arrive, go, markRead, placeInAddress } from "./place.js";
import { room, threadPanel } from "./room.js";
import { sidebar } from "./sidebar.js";
import { onRefresh, refresh, server, setUi, store, titleOf, channelById } from "./state.js";
import { noteArrivals, toasts } from "./toasts.js";
import { topbar } from "./topbar.js";
import { forgetGone } from "./values.js";

const root = document.getElementById("root");

function draw() {
  if (!store.seen || store.ui.place === null) return;
  const before = document.activeElement;
  const dialogs = [...store.seen.views.map((view) => `view:${view.id}`), ...(store.ui.confirm ? ["confirm"] : [])];
  patch(
    root,
    [
      h(
        "div",
        { class: "app", key: "app", inert: dialogs.length > 0 },
        topbar(),
        h(
          "div",
          { class: `columns ${store.ui.thread ? "with-thread" : ""}` },
          sidebar(),
          h("div", { class: "scrim", hidden: !store.ui.drawer, on: { click: () => setUi({ drawer: false }) } }),
          room(),
          threadPanel(),
        ),
      ),
      modal(),
      confirmation(),
      toasts(),
    ].filter(Boolean),
  );
  settleFocus(dialogs, before);
  const title = titleOf(channelById(store.ui.place)) || store.app.name;
  document.title = `${title} – Local workspace`;
}

let loading = null;
let again = false;

/** Fetches the state; a change during the fetch fetches once more, and what comes for a person one no longer is, is dropped. */
async function load() {
  if (loading) {
    again = true;
    return loading;
  }
  loading = (async () => {
    do {
      again = false;
      const uid = store.uid;
      const seen = await api.stateOf(uid);
      if (uid === store.uid && seen.version !== undefined) take(seen);
    } while (again);
  })();
  await loading;
  loading = null;
}

function take(seen) {
  store.seen = seen;
  forgetGone();
  if (store.ui.place === null) arrive();
  noteArrivals();
  markRead();
  refresh();
}

async function loadPeople() {
  const answer = await api.people();
  if (!answer.people) return;
  store.people = new Map(answer.people.map((person) => [person.id, person]));
  store.app = answer.app;
}

let stopListening = () => {};

async function become(uid) {
  stopListening();
  Object.assign(store, { uid, seen: null });
  Object.assign(store.ui, { place: null, thread: null, menu: null, confirm: null, widgets: new Map() });
  await load();
  stopListening = api.listen(
    uid,
    () => Promise.all([loadPeople(), load()]),
    (online) => {
      store.online = online;
      refresh();
    },
  );
}

function onAddress() {
  const { person } = placeInAddress();
  if (person !== store.uid && store.people.has(person)) become(person);
  else if (store.seen) arrive();
}

async function start() {
  await loadPeople();
  if (store.people.size === 0) {
    patch(root, [h("p", { class: "starting" }, "The workspace can’t be reached. Start it, then reload this page.")]);
    return;
  }
  onRefresh(draw);
  server.fetch = load;
  const { person } = placeInAddress();
  const first = [...store.people.values()].find((each) => !each.is_bot && !each.deleted);
  await become(store.people.has(person) ? person : first.id);
  if (!person) go({});
  window.addEventListener("hashchange", onAddress);
  window.addEventListener("pointerdown", closeMenuOutside);
  document.addEventListener("visibilitychange", markRead);
  // Floating lists stand at a place in the window, so they follow when what is under them moves.
  for (const event of ["resize", "scroll"])
    window.addEventListener(
      event,
      () => {
        if (document.querySelector(".choices")) refresh();
      },
      true,
    );
}

start();

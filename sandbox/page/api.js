// What a person in the workspace can do, as HTTP calls to the server this page came from.

async function request(path, body) {
  const options = body === undefined ? {} : posting(body);
  try {
    return await (await fetch(path, options)).json();
  } catch {
    return { ok: false, error: "connection_lost" };
  }
}

const posting = (body) =>
  body.raw
    ? { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: body.raw }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };

/** Everyone in the workspace and the app: {people: [...], app: {...}}. */
export const people = () => request("/people");

/** All that this person sees; see `state.js` for how the page holds it. */
export const stateOf = (uid) => request(`/people/${encodeURIComponent(uid)}/state`);

/** One thing this person does ("click", "submit", "message", ...): answers {ok: true, ...} or {ok: false, error}, never throws. */
export const act = (uid, verb, body = {}) => request(`/people/${encodeURIComponent(uid)}/${verb}`, body);

/** Attaches a file of this machine's to a question: `at` is {view, block_id, action_id}. Answers as `act` does. */
export const attach = (uid, at, file) => {
  const query = new URLSearchParams({ ...at, name: file.name });
  return request(`/people/${encodeURIComponent(uid)}/attach?${query}`, { raw: file });
};

/** Where the bytes of a file are that this person may see. */
export const fileUrl = (uid, id) => `/files/${encodeURIComponent(id)}?person=${encodeURIComponent(uid)}`;

/** Moves the calendar forward by whole days. */
export const advanceDays = (days) => request("/control/clock", { advance_days: days });

/** Calls `changed` at every change this person may see, and `connected(bool)` as the connection comes and goes. Returns a function that ends it. */
export function listen(uid, changed, connected) {
  const source = new EventSource(`/people/${encodeURIComponent(uid)}/events`);
  source.onopen = () => connected(true);
  source.onmessage = () => changed();
  source.onerror = () => connected(false);
  return () => source.close();
}

// What a select offers: the app's own options, what the app answers to a search, or the workspace's people and channels.

import { act } from "./api.js";
import { plain } from "./mrkdwn.js";
import { nameOf, channelById, refresh, store, titleOf } from "./state.js";
import { whereOf } from "./values.js";

/** {groups: [{label, options: [{value, text, description}]}], note} for a select that is open, filtered by what was typed. */
export function choicesFor({ given, block, surface, own }) {
  if (given.type.includes("external")) return searched(given, block, surface, own);
  const wanted = own.query.trim().toLowerCase();
  const groups = allGroups(given).map(({ label, options }) => ({
    label,
    options: options.filter(({ text }) => text.toLowerCase().includes(wanted)),
  }));
  return { groups: groups.filter(({ options }) => options.length > 0), note: null };
}

function allGroups(given) {
  if (given.type.includes("users")) return [{ options: people() }];
  if (given.type.includes("channels")) return [{ options: channels() }];
  if (given.type.includes("conversations")) return [{ options: conversations(given.filter) }];
  return shownGroups(given);
}

function shownGroups({ options, option_groups: groups }, external = false) {
  const shown = (option) => ({
    value: external ? { value: option.value, text: plain(option.text) } : option.value,
    text: plain(option.text),
    description: option.description && plain(option.description),
  });
  if (groups?.length) return groups.map((group) => ({ label: plain(group.label), options: group.options.map(shown) }));
  return [{ options: (options ?? []).map(shown) }];
}

const people = () =>
  [...store.people.values()]
    .filter((person) => !person.deleted && !person.is_bot)
    .map((person) => ({ value: person.id, text: nameOf(person.id), description: person.title }));

const channels = () =>
  store.seen.channels
    .filter(({ kind }) => kind === "channel")
    .map((channel) => ({ value: channel.id, text: `#${titleOf(channel)}` }));

function conversations(filter) {
  const include = filter?.include;
  const direct = store.seen.channels.filter(
    (each) => each.kind === "im" && !(filter?.exclude_bot_users && each.with === store.app.bot_user_id),
  );
  return [
    ...(!include || include.includes("public") || include.includes("private") ? channels() : []),
    ...(!include || include.includes("im") ? direct.map((each) => ({ value: each.id, text: titleOf(each) })) : []),
  ];
}

const SEARCH_DELAY = 150; // ms of no typing before the app is asked

function searched(given, block, surface, own) {
  const least = given.min_query_length ?? 3;
  const query = own.query.trim();
  if (query.length < least)
    return { groups: [], note: `Type at least ${least} ${least === 1 ? "letter" : "letters"} to search.` };
  if (own.asked !== query) {
    own.asked = query;
    clearTimeout(own.timer);
    own.timer = setTimeout(() => search(given, block, surface, own, query), SEARCH_DELAY);
  }
  if (own.answeredFor === query) return own.answer;
  return { groups: own.answer?.groups ?? [], note: "Searching…" };
}

async function search(given, block, surface, own, query) {
  const answer = await act(store.uid, "options", {
    where: whereOf(surface),
    block_id: block.block_id,
    action_id: given.action_id,
    query,
  });
  if (own.asked !== query) return;
  own.answeredFor = query;
  own.answer = answer.ok
    ? { groups: shownGroups(answer, true), note: null }
    : { groups: [], note: "The app didn’t answer. Try again." };
  refresh();
}

/** What a chosen value is called. */
export function labelOf(given, value) {
  if (given.type.includes("external")) return plainText(value.text);
  if (given.type.includes("users")) return nameOf(value);
  if (given.type.includes("channels") || given.type.includes("conversations")) {
    const channel = channelById(value);
    return channel?.kind === "channel" ? `#${channel.name}` : titleOf(channel) || value;
  }
  const found = shownGroups(given)
    .flatMap(({ options }) => options)
    .find((option) => option.value === value);
  return found?.text ?? String(value);
}

const plainText = (text) => (typeof text === "string" ? text : plain(text));

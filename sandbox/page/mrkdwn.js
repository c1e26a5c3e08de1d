// Slack's mrkdwn as elements. Markup is recognised in the text as it came, and only then are entities unescaped: what an
// app escaped can never become markup.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { channelById, nameOf, store } from "./state.js";
import { fillDate } from "./time.js";

/** The three entities that Slack knows, and no others. */
const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** A text object: plain_text is never parsed for markup. */
export function textObject(object, extra = []) {
  if (!object) return null;
  if (object.type === "mrkdwn") return h("div", { class: "mrkdwn" }, mrkdwn(object.text, object), extra);
  return h("div", { class: "plain" }, plain(object), extra);
}

/** A plain_text object as a string. */
export const plain = (object) => (object?.emoji === false ? object.text : withEmoji(object?.text ?? ""));

/** mrkdwn as a list of elements; `verbatim` leaves bare addresses alone. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const parts = text.split(/```\n?([\s\S]*?)\n?```/);
  return parts.map((part, index) =>
    index % 2 ? h("pre", { class: "code" }, inCode(part)) : quotesAndLines(part, verbatim),
  );
}

// Inside code, only links and mentions still mean something; here they are shown as text.
const inCode = (text) => unescape(text.replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, "$1"));

function quotesAndLines(text, verbatim) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const last = groups.at(-1);
    const content = quote ? quote[1] : line;
    if (last && last.quoted === Boolean(quote)) last.lines.push(content);
    else groups.push({ quoted: Boolean(quote), lines: [content] });
  }
  return groups.map(({ quoted, lines }) => {
    const content = lines.flatMap((line, index) => [index > 0 && h("br"), inline(line, verbatim)]);
    return quoted ? h("blockquote", {}, content) : content;
  });
}

const TOKEN =
  /`([^`\n]+)`|<([^<>\n]+)>|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"])|(?<![\p{L}\p{N}*])\*(?=\S)([^\n]*?\S)\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)([^\n]*?\S)_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?=\S)([^\n]*?\S)~(?![\p{L}\p{N}~])/u;

function inline(text, verbatim) {
  const nodes = [];
  let rest = text;
  for (let match = TOKEN.exec(rest); match; match = TOKEN.exec(rest)) {
    nodes.push(written(rest.slice(0, match.index)), token(match, verbatim));
    rest = rest.slice(match.index + match[0].length);
  }
  return [...nodes, written(rest)];
}

const written = (text) => withEmoji(unescape(text));

function token([whole, code, angled, bare, bold, italic, strike], verbatim) {
  if (code !== undefined) return h("code", {}, inCode(code));
  if (angled !== undefined) return reference(angled, whole);
  if (bare !== undefined) return verbatim ? unescape(bare) : link(bare, bare);
  if (bold !== undefined) return h("strong", {}, inline(bold, verbatim));
  if (italic !== undefined) return h("em", {}, inline(italic, verbatim));
  return h("s", {}, inline(strike, verbatim));
}

function reference(inside, whole) {
  const [target, ...labels] = inside.split("|");
  const label = labels.length ? labels.join("|") : undefined;
  if (target.startsWith("@")) return userChip(target.slice(1));
  if (target.startsWith("#")) return channelChip(target.slice(1), label);
  if (target.startsWith("!date^")) return dateText(target, label);
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  return link(target, label ?? target) ?? unescape(whole);
}

function dateText(target, fallback) {
  const [, seconds, template, address] = target.split("^");
  if (!/^-?\d+$/.test(seconds) || !template) return unescape(fallback ?? "");
  const text = h(
    "time",
    { datetime: new Date(seconds * 1000).toISOString() },
    fillDate(Number(seconds), unescape(template)),
  );
  return (address && link(address, text)) || text;
}

/** A link, opened apart; null where the address is none that Slack would open. */
export function link(address, label) {
  const href = unescape(address);
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(href)) return null;
  return h(
    "a",
    { href, target: "_blank", rel: "noopener noreferrer" },
    typeof label === "string" ? written(label) : label,
  );
}

/** A person's name as a chip. */
export function userChip(id) {
  const mine = id === store.uid;
  return h("span", { class: mine ? "chip chip-me" : "chip", "data-mention": id }, `@${nameOf(id)}`);
}

/** A channel's name as a chip; a channel that this person can't see is not named. */
export function channelChip(id, label) {
  const name = channelById(id)?.name ?? label;
  return h("span", { class: "chip", "data-mention": id }, name ? `#${name}` : "#private-channel");
}

/** @channel and its like: they call on many people, so they stand out. */
export function broadcast(target, label) {
  const name = target.startsWith("subteam^") ? (label ?? "@group").replace(/^@/, "") : target;
  return h("span", { class: "ping", "data-ping": target }, `@${unescape(name)}`);
}

/** All text of described elements, for notifications and labels. */
export function textOf(nodes) {
  return [nodes]
    .flat(Infinity)
    .map((node) => {
      if (node == null || node === false) return "";
      if (node.tag === undefined) return String(node);
      return node.tag === "br" ? " " : textOf(node.children);
    })
    .join("");
}

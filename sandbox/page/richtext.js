// rich_text blocks as elements.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelChip, link, userChip } from "./mrkdwn.js";
import { fillDate } from "./time.js";

/** One rich_text block. */
export const richText = (block) => h("div", { class: "rich-text" }, block.elements.map(part));

function part(element) {
  const content = () => element.elements.map(leaf);
  if (element.type === "rich_text_list") return list(element);
  if (element.type === "rich_text_preformatted") return h("pre", { class: "code" }, content());
  if (element.type === "rich_text_quote") return h("blockquote", {}, content());
  return h("div", { class: "rich-section" }, content());
}

function list({ style, elements, indent = 0, offset = 0 }) {
  const tag = style === "ordered" ? "ol" : "ul";
  const items = elements.map((item) => h("li", {}, item.elements.map(leaf)));
  return h(tag, { class: `indent-${Math.min(indent, 4)}`, start: tag === "ol" ? offset + 1 : null }, items);
}

function leaf(element) {
  let node = plainLeaf(element);
  const { bold, italic, strike, code } = element.style ?? {};
  if (code) node = h("code", {}, node);
  if (strike) node = h("s", {}, node);
  if (italic) node = h("em", {}, node);
  if (bold) node = h("strong", {}, node);
  return node;
}

function plainLeaf(element) {
  switch (element.type) {
    case "text":
      return lines(element.text);
    case "link":
      return link(element.url, lines(element.text ?? element.url)) ?? lines(element.text ?? element.url);
    case "emoji":
      return emoji(element.name) ?? `:${element.name}:`;
    case "user":
      return userChip(element.user_id);
    case "channel":
      return channelChip(element.channel_id);
    case "usergroup":
      return broadcast(`subteam^${element.usergroup_id}`);
    case "broadcast":
      return broadcast(element.range);
    case "date":
      return fillDate(element.timestamp, element.format);
    default:
      return element.fallback ?? "";
  }
}

// An array, so that lines break; its text is taken as it is, without entities or markup.
const lines = (text) => text.split("\n").map((line, index) => [index > 0 && h("br"), line]);

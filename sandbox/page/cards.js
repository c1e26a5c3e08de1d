// Cards, carousels of cards, and containers.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { picture } from "./icons.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** A card: picture, texts and up to three buttons. */
export function card(block, surface) {
  const text = (name) => block[name] && h("div", { class: `card-${name}` }, textObject(block[name]));
  return h(
    "article",
    { class: "card" },
    block.hero_image && h("div", { class: "card-hero" }, picture(block.hero_image)),
    h(
      "div",
      { class: "card-head" },
      block.icon && picture(block.icon),
      h("div", {}, text("title"), text("subtitle")),
    ),
    text("body"),
    text("subtext"),
    block.actions && h("div", { class: "card-actions" }, block.actions.map((each) => element(each, block, surface, {}))),
  );
}

/** Cards beside one another, scrolled sideways. */
export function carousel(block, surface) {
  const cards = block.elements.map((each) => h("li", { key: each.block_id, "data-block-id": each.block_id }, card(each, surface)));
  return h("ul", { class: "carousel", tabindex: "0", "aria-label": "Cards" }, cards);
}

/** A titled group of blocks, perhaps collapsible; `inside` draws its blocks. */
export function container(block, surface, inside) {
  const title = [
    block.icon && picture(block.icon),
    h("strong", {}, block.rich_text_title ? richText(block.rich_text_title) : plain(block.title)),
    block.subtitle && h("span", { class: "container-subtitle" }, textObject(block.subtitle)),
  ];
  const body = h("div", { class: "blocks" }, inside(surface, block.child_blocks));
  const look = `container width-${block.width ?? "standard"} ${block.has_header_divider ? "divided" : ""}`;
  if (block.is_collapsible)
    return h("details", { class: look, open: !block.default_collapsed }, h("summary", {}, title), body);
  return h("section", { class: look }, h("div", { class: "container-head" }, title), body);
}

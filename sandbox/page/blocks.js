// Block Kit blocks as elements. A surface ({view}, {home} or {message}) says where they stand.

import { h } from "./dom.js";
import { blockKey, hooks, idFor } from "./act.js";
import { card, carousel, container } from "./cards.js";
import { chart } from "./charts.js";
import { element } from "./elements.js";
import { picture } from "./icons.js";
import { mrkdwn, plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

/** All blocks of a surface; `errors` are texts by block_id. */
export const blocks = (surface, list, errors = {}) =>
  list.map((block, index) => {
    const render = KINDS[block.type] ?? unknown;
    return h(
      "div",
      {
        class: `block block-${block.type}`,
        key: `${block.block_id ?? index}:${block.type}`,
        "data-block-id": block.block_id,
      },
      render(block, surface, errors[block.block_id]),
    );
  });

const KINDS = {
  actions,
  alert,
  card,
  carousel,
  container: (block, surface) => container(block, surface, blocks),
  context,
  data_table: dataTable,
  data_visualization: chart,
  divider,
  header,
  image,
  input,
  markdown,
  rich_text: richText,
  section,
  table,
};

const unknown = (block) => h("p", { class: "unknown-block" }, `This workspace can’t show “${block.type}” blocks.`);

function section(block, surface) {
  const textId = idFor(`${blockKey(surface, block)}/text`);
  const accessory =
    block.accessory && element(block.accessory, block, surface, { labelledBy: block.text ? textId : null });
  return [
    h(
      "div",
      { class: "section-body" },
      block.text && h("div", { id: textId }, textObject(block.text)),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((field) => textObject(field)),
        ),
    ),
    accessory && h("div", { class: "accessory" }, accessory),
  ];
}

function header(block, surface) {
  // Under a dialog's title (h2), or under the room's (h1).
  return h(surface.view ? "h3" : "h2", {}, plain(block.text));
}

function divider() {
  return h("hr", {});
}

function context(block) {
  return block.elements.map((each) => (each.type === "image" ? picture(each) : textObject(each)));
}

function actions(block, surface) {
  return block.elements.map((each) => element(each, block, surface, {}));
}

function markdown(block) {
  return h("div", { class: "plain" }, block.text);
}

function alert(block) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: `alert alert-${level}`, role: "note" },
    level !== "default" && h("strong", {}, `${level[0].toUpperCase()}${level.slice(1)}: `),
    textObject(block.text),
  );
}

function image(block) {
  const title =
    block.title && h("figcaption", {}, block.title.type === "mrkdwn" ? mrkdwn(block.title.text) : plain(block.title));
  return h("figure", {}, title, picture(block));
}

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

function input(block, surface, error) {
  const key = blockKey(surface, block);
  const [labelId, hintId, errorId] = ["label", "hint", "error"].map((part) => idFor(`${key}/${part}`));
  const describedBy = [error && errorId, block.hint && hintId].filter(Boolean).join(" ") || null;
  const label = [plain(block.label), block.optional && h("span", { class: "optional" }, " (optional)")];
  const after = [
    error && h("p", { class: "field-error", id: errorId, "data-error": block.block_id }, error),
    block.hint && h("p", { class: "hint", id: hintId }, plain(block.hint)),
  ];
  const required = !block.optional;
  if (GROUPS.has(block.element.type)) {
    return h(
      "fieldset",
      {
        ...hooks(block, block.element),
        id: idFor(key),
        "aria-describedby": describedBy,
        class: error ? "invalid" : null,
      },
      h("legend", {}, label),
      element(block.element, block, surface, { describedBy, invalid: Boolean(error), required }),
      after,
    );
  }
  const id = idFor(`${key}/${block.element.action_id}`);
  return h(
    "div",
    { class: error ? "invalid" : null },
    h("label", { id: labelId, for: id }, label),
    element(block.element, block, surface, { id, labelledBy: labelId, describedBy, invalid: Boolean(error), required }),
    after,
  );
}

// Tables: plain ones, and data tables page by page.

import { h } from "./dom.js";
import { blockKey } from "./act.js";
import { textButton } from "./buttons.js";
import { richText } from "./richtext.js";
import { refresh, widget } from "./state.js";

const PAGE_SIZE = 5; // Slack's, where the app names none

/** A table block; its first row is the header. */
export function table({ rows, column_settings: settings = [] }) {
  const align = (index) => settings[index]?.align ?? null;
  const [head, ...body] = rows;
  return frame(
    "Table",
    null,
    head.map((cell, index) => heading(cell, "col", align(index))),
    body.map((row) => row.map((cell, index) => data(cell, align(index)))),
  );
}

/** A data_table block. */
export function dataTable(block, surface) {
  const size = block.page_size ?? PAGE_SIZE;
  const [head, ...body] = block.rows;
  const named = block.row_header_column_index ?? 0;
  const own = widget(`page:${blockKey(surface, block)}`, { page: 0 });
  const last = Math.ceil(body.length / size) - 1;
  const page = Math.min(own.page, last);
  const visible = body.slice(page * size, (page + 1) * size);
  const shown = frame(
    block.caption,
    block.caption,
    head.map((cell) => heading(cell, "col", null)),
    visible.map((row) => row.map((cell, index) => (index === named ? heading(cell, "row", null) : data(cell, null)))),
  );
  return [shown, last > 0 && pages(own, page, last, size, body.length)];
}

function pages(own, page, last, size, rows) {
  const turn = (by) => () => {
    own.page = Math.max(0, Math.min(last, page + by));
    refresh();
  };
  return h(
    "div",
    { class: "pages" },
    textButton("Previous", turn(-1), { "aria-disabled": page === 0 }),
    h("span", { role: "status" }, `${page * size + 1}–${Math.min((page + 1) * size, rows)} of ${rows}`),
    textButton("Next", turn(1), { "aria-disabled": page === last }),
  );
}

function frame(label, caption, head, rows) {
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": label },
    h(
      "table",
      {},
      caption && h("caption", {}, caption),
      h("thead", {}, h("tr", {}, head)),
      h(
        "tbody",
        {},
        rows.map((row) => h("tr", {}, row)),
      ),
    ),
  );
}

const heading = (cell, scope, align) => h("th", { scope, class: aligned(cell, align) }, content(cell));

const data = (cell, align) => h("td", { class: aligned(cell, align) }, content(cell));

const aligned = (cell, align) => align ?? (cell.type === "raw_number" ? "number" : null);

function content(cell) {
  if (cell.type === "rich_text") return richText(cell);
  return cell.text ?? String(cell.value);
}

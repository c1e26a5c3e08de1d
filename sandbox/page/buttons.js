// The page's own buttons; those of apps are in elements.js.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A button that shows a drawing and is named by its label. */
export const iconButton = (label, drawing, click, more = {}) =>
  h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, ...more, on: { click } },
    icon(drawing),
  );

/** A button that shows words. */
export const textButton = (words, click, more = {}) =>
  h("button", { type: "button", class: "button", ...more, on: { click } }, words);

// Pictures: the page's own line drawings, those that stand for people, and those that an app shows.

import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { nameOf, store } from "./state.js";

const SHAPES = {
  back: "M12 4l-6 6 6 6M6.5 10H17",
  check: "M4 10.5l4 4 8-9",
  chevron: "M5 7.5l5 5 5-5",
  close: "M5 5l10 10M15 5L5 15",
  dots: "M4.5 9.5a.5.5 0 110 1 .5.5 0 010-1zM10 9.5a.5.5 0 110 1 .5.5 0 010-1zM15.5 9.5a.5.5 0 110 1 .5.5 0 010-1z",
  download: "M10 3v10M5.5 9l4.5 4.5L14.5 9M4 17h12",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 7.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15",
  hash: "M7.5 3l-2 14M14.5 3l-2 14M3.5 7.5h14M2.5 12.5h14",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 016 0V9",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  plus: "M10 4v12M4 10h12",
  reply: "M17 9.5c0 3.3-3.1 6-7 6-.9 0-1.7-.1-2.5-.4L3.5 17l1-3.4C3.6 12.5 3 11.1 3 9.5c0-3.3 3.1-6 7-6s7 2.7 7 6z",
  send: "M3 3.5l14.5 6.5L3 16.5l2-6.5zM5 10h7",
  warning: "M10 3l8 14H2zM10 8v4M10 14.5v.01",
};

/** A drawing of 20 by 20; it only ever stands beside words or a label. */
export const icon = (name) =>
  h("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, h("path", { d: SHAPES[name] }));

const TILE = "h2.2a1.4 1.4 0 011.4 1.4v2.2a1.4 1.4 0 01-1.4 1.4h-2.2a1.4 1.4 0 01-1.4-1.4v-2.2a1.4 1.4 0 011.4-1.4z";
const MARK = [
  ["#e9a63a", `M5 3.7${TILE}`],
  ["#2f9e7f", "M14.1 3.4a2.8 2.8 0 110 5.6 2.8 2.8 0 010-5.6z"],
  ["#8f8a96", `M5 11.3${TILE}`],
  ["#5367d8", `M13 11.3${TILE}`],
];

/** The app's mark: the four quadrants of its map. */
export const appMark = () =>
  h(
    "svg",
    { class: "app-mark", viewBox: "0 0 20 20", "aria-hidden": "true" },
    MARK.map(([fill, d]) => h("path", { fill, d })),
  );

const SHADES = 6;

function shadeOf(uid) {
  let sum = 0;
  for (const letter of uid) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % SHADES;
}

/** A person's initials on a colour of their own, or the app's mark. */
export function avatar(uid) {
  if (uid === store.app?.bot_user_id)
    return h("span", { class: "avatar avatar-app", "aria-hidden": "true" }, appMark());
  const words = nameOf(uid).split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
  return h("span", { class: `avatar shade-${shadeOf(uid)}`, "aria-hidden": "true" }, initials.toUpperCase());
}

/** An image, or its description where there is none to show. */
export function picture({ image_url: url, slack_file: file, alt_text: alt }) {
  const source = url ?? fileUrl(store.uid, file.id ?? idIn(file.url));
  return h("img", { src: source, alt, key: source });
}

/** The file's id in one of its links. */
const idIn = (url) => /\/(F\w+)\//.exec(url)?.[1] ?? "";

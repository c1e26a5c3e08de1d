// A button that opens a short list of actions: overflow menus, message actions, shortcuts.

import { h } from "./dom.js";
import { idFor } from "./act.js";
import { setUi, store } from "./state.js";

/** Items are {text, description?, run}. `props` go to the button, `face` is what it shows; `label` names it. */
export function menuButton({ key, label, face, items, props = {} }) {
  const open = store.ui.menu === key;
  const id = idFor(`menu:${key}`);
  const close = () => {
    setUi({ menu: null });
    document.getElementById(id)?.focus();
  };
  const button = h(
    "button",
    {
      ...props,
      type: "button",
      id,
      "aria-label": label,
      title: label,
      "aria-haspopup": "menu",
      "aria-expanded": open,
      on: { click: () => setUi({ menu: open ? null : key }) },
    },
    face,
  );
  return h("span", { class: "menu-anchor", key: `menu:${key}` }, button, open && list(label, items, close));
}

function list(label, items, close) {
  const onKey = (event) => {
    const all = [...event.currentTarget.children];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      all.at(next % all.length).focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return h(
    "div",
    { class: "menu", role: "menu", "aria-label": label, on: { keydown: onKey }, mounted: settle },
    items.map(({ text, description, run }) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          class: "menu-item",
          tabindex: "-1",
          on: {
            click: () => {
              close();
              run();
            },
          },
        },
        h("span", {}, text),
        description && h("span", { class: "menu-description" }, description),
      ),
    ),
  );
}

function settle(element) {
  placeBeside(element, element.previousElementSibling);
  element.firstElementChild.focus();
}

/** Puts a floating list under its anchor, or above it where there is no room, always inside the window. */
export function placeBeside(floating, anchor, { wide = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (wide) floating.style.width = `${box.width}px`;
  const { offsetWidth: width, offsetHeight: height } = floating;
  const below = window.innerHeight - box.bottom;
  const above = below < height + 8 && box.top > below;
  floating.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  floating.style.top = `${above ? Math.max(8, box.top - height - 4) : box.bottom + 4}px`;
}

/** Closes an open menu when the person presses anywhere else. */
export function closeMenuOutside(event) {
  if (store.ui.menu && !event.target.closest?.(".menu-anchor")) setUi({ menu: null });
}

// Where the keyboard is: dialogs take it, keep it, and give it back to where it came from.

const layers = []; // open dialogs, lowest first: {key, opener}

const FOCUSABLE = "a[href], button:not([tabindex='-1']), input, textarea, select, [tabindex='0']";

const focusable = (root) =>
  [...root.querySelectorAll(FOCUSABLE)].filter((each) => !each.disabled && each.offsetParent !== null);

/** After a redraw: `keys` names the dialogs now open, `before` is the element that had the focus until then. */
export function settleFocus(keys, before) {
  let closed = null;
  while (layers.length > 0 && !keys.includes(layers.at(-1).key)) closed = layers.pop();
  const fresh = keys.filter((key) => !layers.some((layer) => layer.key === key));
  for (const key of fresh) layers.push({ key, opener: before });
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (fresh.length > 0) focusInto(topDialog());
  else if (closed) giveBack(closed.opener);
  else if (lost && layers.length > 0) topDialog()?.focus();
  else if (lost && before !== document.body) giveBack(before);
}

const topDialog = () => [...document.querySelectorAll("[data-dialog]")].at(-1);

/** Focuses the first field of a dialog, or its first button, or the dialog itself. */
export function focusInto(dialog) {
  if (!dialog) return;
  const wanted =
    dialog.querySelector("[data-autofocus]") ??
    focusable(dialog).find((each) => each.matches("input, textarea, select"));
  (wanted ?? dialog).focus();
}

function giveBack(opener) {
  const target = opener?.isConnected ? opener : document.getElementById(opener?.id);
  (target ?? topDialog() ?? document.querySelector("[data-testid=composer]"))?.focus();
}

/** Keeps Tab inside a dialog. */
export function trapTab(event) {
  if (event.key !== "Tab") return;
  const all = focusable(event.currentTarget);
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (
    document.activeElement !== edge &&
    event.currentTarget.contains(document.activeElement) &&
    document.activeElement !== event.currentTarget
  )
    return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0])?.focus();
}

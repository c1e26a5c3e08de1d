// A small keyed renderer: the whole page is described anew after every change, and only the differences touch the
// document, so that focus, scrolling and half-typed text survive. Text only ever becomes a text node.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "circle", "text"]);
const AS_PROPERTY = new Set(["value", "checked", "selected", "disabled", "inert", "hidden"]);

/**
 * Describes an element. Props: `key` (identity among its siblings), `on` ({event: handler}), `style` ({property: value}),
 * `mounted`/`updated` (called with the element), and attributes; null and false leave an attribute out.
 * Children: descriptions, strings, numbers, or nested arrays of them; null and false are skipped.
 */
export function h(tag, props, ...children) {
  return {
    tag,
    props: props ?? {},
    children: children.flat(Infinity).filter((child) => child != null && child !== false),
  };
}

/** Makes `parent` hold exactly what `children` describe, reusing its elements by key or by place. */
export function patch(parent, children) {
  const hooks = [];
  patchChildren(parent, children, hooks);
  for (const hook of hooks) hook();
}

function patchChildren(parent, children, hooks) {
  const old = new Map();
  for (const node of [...parent.childNodes]) {
    if (node.identity === undefined) node.remove();
    else old.set(node.identity, node);
  }
  const counts = new Map();
  const planned = children.map((child) => {
    const identity = identify(child, counts);
    const node = old.get(identity);
    old.delete(identity);
    return { child, identity, node };
  });
  // What goes leaves first: then nothing that stays has to move, and a focused element keeps its focus.
  for (const node of old.values()) node.remove();
  let place = parent.firstChild;
  for (const { child, identity, node: found } of planned) {
    const node = found ?? create(child, identity);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    update(node, child, !found, hooks);
  }
}

function identify(child, counts) {
  if (child.props?.key !== undefined) return `${child.tag}#${child.props.key}`;
  const tag = child.tag ?? "text";
  const count = counts.get(tag) ?? 0;
  counts.set(tag, count + 1);
  return `${tag}:${count}`;
}

function create(child, identity) {
  let node;
  if (child.tag === undefined) node = document.createTextNode("");
  else if (DRAWN.has(child.tag)) node = document.createElementNS(SVG, child.tag);
  else node = document.createElement(child.tag);
  node.identity = identity;
  return node;
}

function update(node, child, isNew, hooks) {
  if (child.tag === undefined) {
    const text = String(child);
    if (node.data !== text) node.data = text;
    return;
  }
  const before = node.given ?? {};
  const { props } = child;
  node.given = props;
  for (const name of Object.keys({ ...before, ...props })) {
    if (name === "on") setHandlers(node, before.on ?? {}, props.on ?? {});
    else if (name === "style") setStyle(node, before.style ?? {}, props.style ?? {});
    else if (!AS_PROPERTY.has(name)) setAttribute(node, name, before[name], props[name]);
  }
  patchChildren(node, child.children, hooks);
  // After the children: a select's value only takes once its options are there.
  for (const name of AS_PROPERTY) {
    if (name in props && node[name] !== props[name]) node[name] = props[name];
  }
  if (isNew && props.mounted) hooks.push(() => props.mounted(node));
  if (props.updated) hooks.push(() => props.updated(node));
}

function setHandlers(node, before, handlers) {
  for (const event of Object.keys({ ...before, ...handlers })) node[`on${event}`] = handlers[event] ?? null;
}

function setStyle(node, before, style) {
  for (const property of Object.keys({ ...before, ...style })) node.style.setProperty(property, style[property] ?? "");
}

function setAttribute(node, name, before, value) {
  if (["key", "mounted", "updated"].includes(name) || before === value) return;
  // Attributes of aria-* say "false" in words; others by being absent.
  if (value == null || (value === false && !name.startsWith("aria-"))) node.removeAttribute(name);
  else node.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
}

// Files: those that messages share, and those that one attaches to a form.

import { act, attach, fileUrl } from "./api.js";
import { elementKey, hooks, idFor } from "./act.js";
import { iconButton } from "./buttons.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { refresh, server, store, widget } from "./state.js";
import { touch } from "./values.js";

/** The files that a message carries: images to look at, and all of them to keep. */
export const sharedFiles = (files) => h("div", { class: "shared-files" }, files.map(sharedFile));

function sharedFile(file) {
  const url = fileUrl(store.uid, file.id);
  const described = file.alt_txt || file.title;
  return h(
    "figure",
    { class: "shared-file", key: file.id, "data-file-id": file.id },
    h(
      "figcaption",
      {},
      icon("file"),
      h("span", { class: "file-name" }, file.title),
      h("span", { class: "file-size" }, sizeText(file.size)),
      h(
        "a",
        { href: url, download: file.name, class: "icon-button", "aria-label": `Download ${file.title}` },
        icon("download"),
      ),
    ),
    file.is_image && h("img", { src: url, alt: described }),
  );
}

/** A size as people read it. */
function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A file_input: what is attached, and a chooser for more. What is attached lives with the server, not in a draft. */
export function fileInput(given, block, surface, { id, describedBy, invalid, required }) {
  const own = widget(`files:${elementKey(surface, block, given)}`, { sending: 0, problem: null });
  const attached = surface.view.state.values[block.block_id]?.[given.action_id]?.files ?? [];
  const most = given.max_files ?? 10;
  const problemId = idFor(`${elementKey(surface, block, given)}/problem`);
  return h(
    "div",
    { class: "file-input" },
    h(
      "ul",
      { class: "attached", "aria-label": "Attached files" },
      attached.map((file) => attachedFile(file, attached, given, block, surface)),
    ),
    h("input", {
      ...hooks(block, given),
      key: given.action_id,
      type: "file",
      id,
      class: "field",
      multiple: most > 1,
      accept: given.filetypes?.map((each) => `.${each}`).join() ?? null,
      "aria-describedby": [own.problem && problemId, describedBy].filter(Boolean).join(" ") || null,
      "aria-invalid": invalid || own.problem ? "true" : null,
      "aria-required": required ? "true" : null,
      on: { change: ({ target }) => take(target, own, given, block, surface) },
    }),
    own.sending > 0 && h("p", { class: "hint", role: "status" }, "Uploading…"),
    own.problem && h("p", { class: "field-error", id: problemId, role: "alert" }, own.problem),
  );
}

function attachedFile(file, attached, given, block, surface) {
  const remove = async () => {
    const kept = attached.filter((each) => each.id !== file.id).map((each) => each.id);
    const values = { [block.block_id]: { [given.action_id]: kept } };
    await act(store.uid, "input", { view: surface.view.id, values });
    await server.fetch();
  };
  return h(
    "li",
    { key: file.id },
    icon("file"),
    h("span", { class: "file-name" }, file.name),
    h("span", { class: "file-size" }, sizeText(file.size)),
    iconButton(`Remove ${file.name}`, "close", remove),
  );
}

async function take(chooser, own, given, block, surface) {
  const chosen = [...chooser.files];
  chooser.value = ""; // so that the same file can be chosen again
  own.problem = null;
  own.sending += 1;
  touch(surface.view.id, block.block_id);
  refresh();
  for (const file of chosen) {
    const at = { view: surface.view.id, block_id: block.block_id, action_id: given.action_id };
    const answer = await attach(store.uid, at, file);
    if (!answer.ok) {
      own.problem = answer.error === "connection_lost" ? "The file could not be uploaded. Try again." : answer.error;
      break;
    }
  }
  own.sending -= 1;
  await server.fetch();
  refresh();
}

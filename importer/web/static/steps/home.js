// The first screen: drop a sheet, or go on with an import of this folder.

import { get, post, upload } from "../api.js";
import { go, link } from "../address.js";
import { busy, dialog, fill, h } from "../dom.js";
import { mishap } from "../trouble.js";

const MODE = "mode";
const NEXT = { open: "run", correct: "fix", done: "done", begun: "sheet" };
let hasLed = false;

export async function show(here) {
  const facts = await get("/api/home");
  if (!here.isCurrent()) return;
  const mode = sessionStorage.getItem(MODE) ?? facts.mode;
  // The command named a sheet: begin with it, once.
  if (facts.first && !hasLed) {
    hasLed = true;
    const isOld = sessionStorage.getItem("first") === facts.first;
    sessionStorage.setItem("first", facts.first);
    if (!isOld) { go({ mode, name: facts.first, step: begin(mode, facts) }, { replace: true }); return; }
  }
  const place = h("div", {});
  const open = (name) => go({ mode: chosen(place), name, step: begin(chosen(place), facts) });
  fill(here.main, h("h1", {}, "Import contacts"),
    h("p", { class: "lead" }, "Bring a spreadsheet of contacts into OpenPhone (Quo): each person exactly once, and you see everything before it is sent."),
    fill(place, modes(mode), dropZone(place, open),
      facts.imports.length > 0 && h("section", { class: "card" }, h("h2", {}, "Go on with"),
        h("ul", { class: "list" }, facts.imports.map((each) => item(each, place)))),
      facts.files.length > 0 && h("section", { class: "card" }, h("h2", {}, "Sheets in this folder"),
        h("ul", { class: "list" }, facts.files.map((name) => h("li", {},
          h("button", { class: "link", onclick: () => open(name) }, name))))),
      h("p", { class: "soft small" }, `Folder: ${facts.folder}. Version ${facts.version}.`)));
}

function begin(mode, facts) {
  return mode === "real" && !facts.has_key ? "workspace" : "sheet";
}

function chosen(place) {
  return place.querySelector("input[name=mode]:checked").value;
}

function modes(mode) {
  const choice = (value, title, text) => h("label", { class: value },
    h("input", { type: "radio", name: "mode", value, checked: mode === value, onchange: () => sessionStorage.setItem(MODE, value) }),
    title, h("span", {}, text));
  return h("fieldset", {}, h("legend", {}, "Where do the contacts go?"), h("div", { class: "modes" },
    choice("practice", "Practice", "Into a copy on this computer, to try everything out. Nothing is sent."),
    choice("real", "Real", "Into your workspace. You see everything before it is sent.")));
}

function dropZone(place, open) {
  const input = h("input", { type: "file", class: "unseen", accept: ".csv,.tsv,.tab,.txt,.xlsx,.xlsm,.xls,.xlsb,.ods,.fods,.html,.xml,.vcf,.gz,.zip" });
  const zone = h("label", { class: "drop" }, input, h("strong", {}, "Drop your spreadsheet here"), "or click to choose it: Excel, CSV, OpenDocument, Google's exports");
  const take = async (file) => {
    if (!file) return;
    const note = busy(`Copying ${file.name} into this folder`);
    zone.after(note);
    try {
      const { name, taken } = await upload(file);
      note.remove();
      open(taken ? await versionOf(name, taken) : name);
    } catch (error) {
      note.remove();
      mishap(place, error);
    }
  };
  input.addEventListener("change", () => take(input.files[0]));
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  return zone;
}

// A sheet of this name is there already: the same list as of today, or another one?
async function versionOf(name, taken) {
  const answer = await dialog(`Is this a new version of ${taken}?`, h("div", {},
    h("p", {}, "A new version takes the place of the old sheet: your answers and corrections hold for it, and no person is imported twice. The old sheet is kept under another name."),
    h("p", {}, `Another list is kept beside the first, as ${name}.`)),
  [{ value: "new", label: "A new version", kind: "primary" }, { value: "", label: "Another list" }]);
  return answer === "new" ? (await post("/api/new-version", { name, of: taken })).name : name;
}

function versionButton(facts, place) {
  const input = h("input", {
    type: "file", class: "unseen", tabindex: "-1", "aria-hidden": "true",
    onchange: async () => {
      try {
        const { name } = await upload(input.files[0]);
        const placed = name === facts.name ? name : (await post("/api/new-version", { name, of: facts.name })).name;
        go({ mode: facts.mode, name: placed, step: "sheet" });
      } catch (error) {
        mishap(place, error);
      }
    },
  });
  return [input, h("button", { class: "small", "aria-label": `New version of ${facts.name}`, onclick: () => input.click() }, "New version")];
}

function item(facts, place) {
  const step = NEXT[facts.state];
  const name = step ? link({ mode: facts.mode, name: facts.name, step }, {}, facts.name) : h("strong", {}, facts.name);
  const kind = { open: "warn", correct: "warn", done: "good", gone: "bad", trouble: "bad" }[facts.state] ?? "plain";
  return h("li", {}, name, h("span", { class: `pill ${facts.mode}` }, facts.mode === "practice" ? "Practice" : "Real"),
    h("span", { class: `pill ${kind}` }, facts.words), facts.when && h("span", { class: "soft small" }, facts.when),
    step && versionButton(facts, place));
}

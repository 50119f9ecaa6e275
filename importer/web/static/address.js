// Every step has an address: /practice/customers.xlsx/sheet.

import { h } from "./dom.js";

export const STEPS = [
  ["workspace", "Workspace"], ["sheet", "Sheet"], ["columns", "Columns"], ["fix", "Fix"],
  ["review", "Review"], ["run", "Import"], ["done", "Done"],
];
const NAMES = new Set(STEPS.map(([step]) => step));

export function parse(path = location.pathname) {
  const [mode, name, step] = path.split("/").slice(1).map(decodeURIComponent);
  const isStep = (mode === "practice" || mode === "real") && name && NAMES.has(step);
  return isStep ? { mode, name, step } : { step: "home" };
}

export function address({ mode, name, step }) {
  return step === "home" ? "/" : `/${mode}/${encodeURIComponent(name)}/${step}`;
}

export function base({ mode, name }) {
  return `/api/${mode}/${encodeURIComponent(name)}`;
}

export function go(place, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", address(place));
  dispatchEvent(new Event("popstate"));
}

export function link(place, props, ...children) {
  const onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(place);
  };
  return h("a", { ...props, href: address(place), onclick }, children);
}

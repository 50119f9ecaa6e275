// What is around every step: the top, the rail of steps, and a banner where another one is at work.

import { STEPS, link } from "./address.js";
import { fill, h, number } from "./dom.js";

export function drawTop(place) {
  const bar = h("div", { class: "bar" },
    link({ step: "home" }, { class: "home" }, "Import contacts"),
    place.name && h("span", { class: "file", title: place.name }, place.name));
  const band = place.mode === "practice"
    ? h("div", { class: "mode-band practice" }, "Practice: nothing leaves this computer")
    : place.mode === "real" && h("div", { class: "mode-band real" }, "Real: contacts go into your workspace");
  fill(document.getElementById("top"), bar, band);
}

export function drawRail(place, state) {
  const rail = document.getElementById("rail");
  rail.hidden = place.step === "home";
  if (rail.hidden) return;
  // The links stay while the state changes, many times a second: one that is replaced while the mouse is down on it is
  // not followed, and loses the focus.
  const drawn = JSON.stringify(place);
  if (rail.dataset.drawn !== drawn) drawSteps(rail, place);
  rail.dataset.drawn = drawn;
  fill(rail.querySelector("[data-part=left]"), ...badge(state));
}

function drawSteps(rail, place) {
  const at = STEPS.findIndex(([step]) => step === place.step);
  const items = STEPS.map(([step, name], index) => h("li", {},
    link({ ...place, step }, { "aria-current": index === at && "step", class: index < at && "passed" },
      h("span", { class: "dot", "aria-hidden": "true" }, index < at ? "✓" : String(index + 1)),
      h("span", { class: "name" }, name), step === "run" && h("span", { "data-part": "left" }))));
  const focused = rail.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  fill(rail, h("ol", {}, items));
  if (focused) rail.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function badge(state) {
  if (state?.left) return [h("span", { class: "count" }, `${number(state.left)} left`)];
  return [];
}

export function drawBanner(here) {
  const state = here.state;
  document.getElementById("banner")?.remove();
  const isHeld = Boolean(state?.elsewhere || state?.holder || state?.away);
  for (const control of document.querySelectorAll("[data-writes]")) {
    if (isHeld) { control.disabled = true; control.dataset.held = "1"; }
    else if (control.dataset.held) { control.disabled = false; delete control.dataset.held; }
  }
  if (!isHeld) return;
  const text = state.away ? [h("p", {}, h("strong", {}, state.away.message)), h("p", {}, state.away.next)]
    : state.elsewhere ? [
      h("p", {}, h("strong", {}, "This import is open in another tab."), " Here you can look, but change nothing."),
      h("p", {}, h("button", { onclick: () => here.post("lease").then(() => document.dispatchEvent(new Event("redraw"))) },
        "Work here instead"))]
    : [h("p", {}, h("strong", {}, `A command is at work in this folder: ${state.holder}.`),
      " Here you can look, but change nothing until the command has ended. This page notices that by itself.")];
  here.main.prepend(h("div", { class: "notice warn", id: "banner", role: "status" }, text));
}

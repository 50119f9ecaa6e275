// The page: which step the address names, the frame around it, and the state of its import.

import { borrow, enter, get, post, share } from "./api.js";
import { base, go, parse } from "./address.js";
import { busy, fill, h } from "./dom.js";
import { drawTop, drawRail, drawBanner } from "./frame.js";
import { follow } from "./stream.js";
import { trouble } from "./trouble.js";
import * as home from "./steps/home.js";
import * as workspace from "./steps/workspace.js";
import * as sheet from "./steps/sheet.js";
import * as columns from "./steps/columns.js";
import * as fix from "./steps/fix.js";
import * as review from "./steps/review.js";
import * as run from "./steps/run.js";
import * as done from "./steps/done.js";

const VIEWS = { home, workspace, sheet, columns, fix, review, run, done };
const main = document.getElementById("main");
let current = null, unfollow = null, following = "", isFirst = true;

// What a step gets: where it is, the state of its import, and how to ask about it.
function context(place) {
  const path = place.step === "home" ? "" : base(place);
  return {
    place, main, state: current?.context?.place && following === path ? current.context.state : null, cleanups: [],
    get: (what, options) => get(`${path}/${what}`, options),
    post: (what, body, options) => post(`${path}/${what}`, body, options),
    path,
    isCurrent() { return current?.context === this; },
    go: (step, options) => go({ ...place, step }, options),
    onState: null,
    onEnd(cleanup) { this.cleanups.push(cleanup); },
  };
}

async function show() {
  const place = parse();
  for (const cleanup of current?.context?.cleanups ?? []) cleanup();
  const here = context(place);
  current = { context: here };
  document.getElementById("frame").className = place.step === "home" ? "alone" : place.step === "fix" ? "wide" : "";
  drawTop(place);
  drawRail(place, here.state);
  attend(place);
  fill(main, busy("One moment"));
  try {
    await VIEWS[place.step].show(here);
  } catch (error) {
    if (here.isCurrent()) fill(main, trouble(error, here, show));
  }
  if (!here.isCurrent()) return;
  const heading = main.querySelector("h1");
  document.title = `${heading?.textContent ?? "Import contacts"}${place.name ? ` - ${place.name}` : ""}`;
  drawBanner(here);
  // Not on the first screen, where the person has not moved yet, nor once a fast person has moved into a step that still loads.
  if (heading && !isFirst && !main.contains(document.activeElement)) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); scrollTo(0, 0); }
  isFirst = false;
}

// Follow the state of the import that is shown; the other steps of the same import go on with the same stream.
function attend(place) {
  const path = place.step === "home" ? "" : base(place);
  if (path === following) return;
  unfollow?.();
  following = path;
  unfollow = path ? follow(path, (state) => {
    const here = current.context;
    const before = here.state;
    here.state = state.away ? { ...before, away: state.away } : state;
    drawRail(here.place, here.state);
    drawBanner(here);
    here.onState?.(here.state, before);
  }) : null;
}

async function start() {
  // Opened by the one-time token: the script has gone on to the page itself.
  if (document.querySelector('meta[name="tab-secret"]').content) { enter(); return; }
  if (!enter() && !(await borrow())) {
    fill(main, h("div", { class: "card" }, h("h1", {}, "Please open the page with the command"),
      h("p", {}, "In a terminal, in the folder of your sheet: ", h("code", {}, "openphone-import ui"))));
    return;
  }
  share();
  addEventListener("popstate", show);
  addEventListener("pagehide", () => {
    if (current?.context.path) current.context.post("leave", {}, { keepalive: true }).catch(() => {});
  });
  document.addEventListener("redraw", show);
  // A file that is dropped beside the drop zone must not replace the page.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
  show();
}

start();

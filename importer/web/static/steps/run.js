// The import under way. It belongs to the program, not to this tab: closing the tab does not end it.

import { balance } from "../balance.js";
import { busy, counted, fill, h, number, say } from "../dom.js";
import { mishap } from "../trouble.js";
import { isUnderWay, newer } from "../work.js";

export async function show(here) {
  const state = newer(await here.get("state"), here.state);
  if (!here.isCurrent()) return;
  here.state = state;
  const place = h("div", {});
  let wasRunning = isUnderWay(state, "run"), drawn = "";
  // Draw whatever is so now, also where the same was drawn before something else took its place.
  const again = (now) => { drawn = ""; look(now); };
  const look = (now) => {
    const { task } = now;
    if (isUnderWay(now, "take-back")) { here.go("done", { replace: true }); return; }
    if (isUnderWay(now, "run")) {
      wasRunning = true;
      // The buttons stay the same elements while it goes on, so that the focus on them is not lost.
      if (drawn !== "running") { running(here, place); drawn = "running"; }
      progress(place, task);
      return;
    }
    // It has ended while the person looked on: the result is the next step.
    const isWhole = task?.kind === "run" && task.done && task.result && !task.result.stopped && !task.failure;
    if (wasRunning && isWhole) { wasRunning = false; say("The import has ended."); here.go("done"); return; }
    const key = JSON.stringify([task?.kind, task?.failure, task?.result, now.left, now.has_run]);
    if (key !== drawn) { rest(here, place, now, again); drawn = key; }
  };
  fill(here.main, h("h1", {}, "Import"), place);
  here.onState = look;
  look(state);
}

function running(here, place) {
  const stop = h("button", {
    "data-role": "stop", onclick: async (event) => {
      event.target.disabled = true;
      event.target.textContent = "Stopping: waiting for what has been sent";
      try { await here.post("stop"); } catch (error) { mishap(place, error, here); }
    },
  }, "Stop");
  fill(place, h("section", { class: "card" },
    h("p", { class: "big", "data-part": "words" }, "Starting"),
    h("div", { class: "progress", role: "progressbar", "aria-label": "Contacts sent", "aria-valuemin": "0", "aria-valuemax": "100", "data-part": "bar" }, h("i", { width: "0%" })),
    h("div", { class: "figures", "data-part": "figures" }), h("div", { "data-part": "wait" }),
    h("div", { class: "foot" }, stop, h("span", { class: "says" }, "You can close this tab: the import goes on. To see it again, open the page with the command."))),
  h("div", { "data-part": "notes" }));
}

function progress(place, task) {
  const part = (name) => place.querySelector(`[data-part="${name}"]`);
  const { phase, rows, of, to_send: all, sent, pace, seconds_left: left, wait, notes, statuses } = task.progress;
  const share = all ? Math.min(100, Math.floor((100 * sent) / all)) : 0;
  part("words").textContent = phase === "sending" ? `${number(sent)} of ${counted(all, "contact")}`
    : phase === "looking" ? `Reading the workspace${of ? `: ${number(rows)} of ${number(of)}` : ""}` : rows ? `Reading the sheet: ${counted(rows, "row")}` : "Starting";
  part("bar").setAttribute("aria-valuenow", String(share));
  part("bar").firstChild.style.width = `${share}%`;
  const figure = (name, value) => h("div", {}, h("span", {}, name), h("strong", {}, value));
  fill(part("figures"), pace && figure("Pace", `${pace} a second`), left && figure("Time left", duration(left)),
    statuses.rejected && figure("Refused by the service", number(statuses.rejected)));
  fill(part("wait"), wait && h("div", { class: "notice warn", role: "status" }, h("p", {}, wait)));
  fill(part("notes"), notes.filter(({ warning }) => warning).slice(-3).map(({ text }) => h("div", { class: "notice warn" }, h("p", {}, text))));
}

function duration(seconds) {
  if (seconds < 90) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `about ${minutes} minutes` : `about ${Math.round(minutes / 60)} hours`;
}

// Nothing runs: it was stopped, it failed, it has ended, or it has not begun.
function rest(here, place, state, again) {
  const { task } = state, isRun = task?.kind === "run" && task.done;
  const stopped = isRun ? task.failure ?? task.result?.stopped : null;
  const goOn = async () => {
    // Before it is asked for: the stream may tell of its end sooner than the answer arrives.
    fill(place, busy("Going on"));
    try {
      await here.post("go-on");
      const now = newer(await here.get("state"), here.state);
      if (here.isCurrent()) again(now);
    } catch (error) {
      again(state);
      mishap(place, error, here);
    }
  };
  const accepts = [...(stopped?.next ?? "").matchAll(/--(accept-[a-z-]+)/g)].map((match) => match[1]);
  const needsKey = stopped?.kind === "AccessRefused" || stopped?.kind === "KeyMissing";
  const isInterrupted = stopped?.kind === "Interrupted";
  fill(place,
    stopped && h("div", { class: isInterrupted ? "notice info" : "notice bad", role: "alert" }, h("p", {}, h("strong", {}, stopped.message)), !isInterrupted && h("p", {}, stopped.next)),
    state.has_run && h("section", { class: "card" },
      h("p", { class: "big" }, state.left ? `${counted(state.left, "row")} left` : "Everything has been sent"),
      state.counts && balance(state.counts)),
    !state.has_run && !stopped && h("section", { class: "card" }, h("p", {}, "Nothing has been imported yet. First look at what will be done.")),
    h("div", { class: "foot" },
      state.left > 0 && state.has_run && h("button", { class: "primary", "data-writes": true, onclick: goOn }, "Go on"),
      accepts.map((option) => h("button", { "data-writes": true, onclick: () => here.post("accept", { option }).then(goOn) }, "I have looked: go on")),
      needsKey && h("button", { onclick: () => here.go("workspace") }, "Give another key"),
      !state.left && state.has_run && h("button", { class: "primary", onclick: () => here.go("done") }, "See the result"),
      (!state.has_run || stopped) && h("button", { class: state.has_run ? "" : "primary", onclick: () => here.go("review") }, "Look at what will be done")));
}

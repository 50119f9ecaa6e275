// After the import: is all of it there, the files, taking it back, and doing it every night.

import { save } from "../api.js";
import { balance } from "../balance.js";
import { link } from "../address.js";
import { busy, counted, dialog, fill, h, number, say } from "../dom.js";
import { mishap, trouble } from "../trouble.js";
import { begin, isUnderWay, newer } from "../work.js";

const WORDS = {
  there: "there, as in the sheet", duplicate: "repeat another row", skipped: "not a contact", rejected: "to correct",
  conflict: "to decide", "never-arrived": "not there yet", "changed-since": "changed in the app since", "altered-by-service": "changed by the service",
  "not-sent": "differ and were left alone", doubled: "there twice",
};

const FINE = new Set(["there", "duplicate", "skipped", "rejected", "conflict"]);

export async function show(here) {
  const [answered, facts] = await Promise.all([here.get("state"), here.get("done")]);
  if (!here.isCurrent()) return;
  const state = newer(answered, here.state);
  // What has ended meanwhile changes the facts, and no stream tells of it again.
  if (state.task?.done && answered.task && !answered.task.done) { document.dispatchEvent(new Event("redraw")); return; }
  here.state = state;
  if (isUnderWay(state, "run")) { here.go("run", { replace: true }); return; }
  if (isUnderWay(state, "take-back")) {
    fill(here.main, h("h1", {}, "Take it back"), busy("Taking it back"));
    here.onState = (now) => { if (!isUnderWay(now, "take-back")) document.dispatchEvent(new Event("redraw")); };
    return;
  }
  const check = h("div", {}), files = h("div", {}), back = h("div", {});
  if (!state.has_run) {
    fill(here.main, h("h1", {}, "Nothing imported yet"), h("p", { class: "lead" }, "Here you will see whether everything has arrived."),
      h("div", { class: "foot" }, h("button", { class: "primary", onclick: () => here.go("review") }, "Look at what will be done")));
    return;
  }
  fill(here.main, h("h1", {}, state.left ? "Not everything is imported yet" : "Imported"),
    h("section", { class: "card" }, balance(state.counts),
      state.left > 0 && h("p", {}, h("button", { class: "primary", onclick: () => here.go("run") }, `${number(state.left)} left: go on`))),
    check, files,
    facts.rehearsal && h("section", { class: "card" }, h("h2", {}, "Now for real"), h("p", {}, "Your answers and corrections hold for the real import, too."),
      link({ ...here.place, mode: "real", step: "workspace" }, { class: "button" }, "Import into my real workspace")),
    nightly(facts), back);
  listFiles(here, files, facts);
  takeBack(here, back, state.runs > 1);
  // What was just taken back is not compared: it is not there, as the person wanted.
  const isBack = state.task?.done && state.task.kind === "take-back";
  if (isBack) backResult(check, state.task);
  else if (state.task?.done && state.task.kind === "verify") verdict(here, check, state.task);
  else if (!state.left) await verify(here, check);
}

async function verify(here, place) {
  const note = busy("Reading every contact back to check that everything is there");
  fill(place, note);
  const look = (task) => {
    if (!task.done) {
      const { rows, of } = task.progress;
      if (rows) note.textContent = `Reading every contact back: ${number(rows)}${of ? ` of ${number(of)}` : ""}`;
      return;
    }
    here.onState = null;
    verdict(here, place, task);
  };
  try {
    await begin(here, "verify", {}, look);
  } catch (error) {
    fill(place);
    mishap(place, error, here);
  }
}

function verdict(here, place, task) {
  const again = () => verify(here, place);
  if (task.failure) {
    fill(place);
    mishap(place, { message: task.failure.message, next: task.failure.next }, here, again);
    return;
  }
  const { whole, kinds, rows, differences, doubles, next, unknown } = task.result;
  const bad = (kinds.rejected ?? 0) + (kinds.conflict ?? 0);
  const isAllThere = !unknown && !doubles.length && Object.keys(kinds).every((kind) => FINE.has(kind));
  const words = whole ? "Everything is there: every contact was read back and compared."
    : isAllThere ? `All that was imported is there. ${counted(bad, "row")} still to correct.` : "Not everything is as in the sheet.";
  fill(place, h("section", { class: "card", "data-part": "verdict" },
    h("div", { class: whole ? "notice good" : "notice warn", role: "status" }, h("p", {}, h("strong", {}, words))),
    h("ul", {}, Object.entries(kinds).map(([kind, count]) => h("li", {}, `${number(count)} of ${number(rows)} ${WORDS[kind] ?? kind}`))),
    doubles.map((pair) => h("p", {}, `Twice: ${pair}`)),
    differences.length > 0 && h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Differences" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Row", "Field", "In the sheet", "In the workspace", "Why"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, differences.map((line) => h("tr", {}, h("td", {}, number(line.row)), h("td", {}, line.field), h("td", {}, line.sheet), h("td", {}, line.there), h("td", {}, line.why)))))),
    // The command that the comparison names is for a terminal: here the answer is a choice of the step Review.
    kinds["not-sent"] ? h("p", { class: "soft" }, 'If the sheet is right, choose "Change them to what the sheet says" in the step Review, and import again.')
      : !whole && !isAllThere && next && h("p", { class: "soft" }, next),
    h("div", { class: "row" }, h("button", { class: "small", onclick: again }, "Compare again"),
      kinds.conflict && h("button", { class: "small", onclick: () => here.go("review") }, "Decide what is not clear"),
      (kinds.rejected || kinds.conflict) && h("button", { class: "small", onclick: () => here.go("fix") }, "Correct the rows that are left"))));
}

function listFiles(here, place, facts) {
  fill(place, h("section", { class: "card" }, h("h2", {}, "Files"), h("p", { class: "soft small" }, `They are in ${facts.folder}.`),
    h("ul", { class: "list" }, facts.files.map(({ name, words }) => h("li", {},
      h("button", { class: "link", onclick: () => save(`${here.path}/file?name=${encodeURIComponent(name)}`, name).catch((error) => mishap(place, error, here)) }, name),
      h("span", { class: "soft" }, words))))));
}

function nightly(facts) {
  const copy = async (event) => {
    await navigator.clipboard.writeText(facts.every_night).catch(() => {});
    event.target.textContent = "Copied";
    say("Copied.");
  };
  return h("section", { class: "card" }, h("h2", {}, "Every night"), h("p", {}, "The same import, run by a scheduler. It brings what is new and does nothing twice."),
    h("div", { class: "copy" }, h("code", { tabindex: "0" }, facts.every_night), h("button", { class: "small", onclick: copy }, "Copy")));
}

function takeBack(here, place, hasEarlier) {
  const begin = async (every) => {
    const note = busy("Looking at what would be taken back");
    section.append(note);
    try {
      const task = await settled(here, "look-back", { every });
      note.remove();
      if (task.failure) { mishap(section, task.failure, here); return; }
      await confirm(here, section, task.result);
    } catch (error) {
      note.remove();
      mishap(section, error, here);
    }
  };
  const section = h("section", { class: "card" }, h("h2", {}, "Take it back"),
    h("p", {}, "Deletes the contacts that this import made and restores those it changed. Contacts that a person has changed since are kept, and listed."),
    h("div", { class: "row" },
      h("button", { class: "danger", "data-writes": true, "data-role": "take-back", onclick: () => begin(false) }, "Take back the last import"),
      hasEarlier && h("button", { class: "danger", "data-writes": true, "data-role": "take-back-all", onclick: () => begin(true) }, "Take back all imports of this sheet")));
  fill(place, section);
}

async function confirm(here, section, seen) {
  if (!seen.deletes && !seen.restores) {
    fill(section, h("h2", {}, "Take it back"), h("p", {}, "There is nothing left to take back."));
    return;
  }
  const answer = await dialog(seen.every ? "Take all imports of this sheet back?" : "Take this import back?", h("div", {},
    seen.deletes > 0 && [h("p", {}, `${counted(seen.deletes, "contact")} will be deleted:`), names(seen.deleted_names, "To be deleted")],
    seen.restores > 0 && [h("p", {}, `${counted(seen.restores, "contact")} will be as before:`), names(seen.restored_names, "To be restored")],
    seen.kept.map(({ why, rows }) => h("p", {}, `${counted(rows, "contact stays", "contacts stay")}: ${why}.`))),
  [{ value: "yes", label: `Take back ${counted(seen.deletes + seen.restores, "contact")}`, kind: "danger" }, { value: "", label: "Leave everything as it is" }]);
  if (answer !== "yes") return;
  const note = busy("Taking it back");
  section.append(note);
  const body = { every: seen.every, deletes: seen.deletes, restores: seen.restores };
  const task = await settled(here, "take-back", body);
  note.remove();
  if (task.failure) mishap(section, task.failure, here);
  else document.dispatchEvent(new Event("redraw"));
}

function names(list, label) {
  return h("ul", { class: "names", tabindex: "0", "aria-label": label }, list.map((name) => h("li", {}, name)));
}

function backResult(place, task) {
  if (task.failure) { fill(place, trouble(task.failure)); return; }
  const { reversed, kept, failed, kept_names: keptNames, failed_names: failedNames, stopped, left, remaining } = task.result;
  fill(place, h("section", { class: "card", "data-part": "taken-back" },
    h("div", { class: kept || failed || stopped ? "notice warn" : "notice good", role: "status" },
      h("p", {}, h("strong", {}, `${counted(reversed, "contact")} taken back.`), kept ? ` ${number(kept)} kept.` : "", failed ? ` ${number(failed)} failed.` : ""),
      stopped && h("p", {}, `${stopped.message} ${counted(left, "contact is left", "contacts are left")}: choose Take it back again to go on.`)),
    keptNames.map(({ name, why }) => h("p", {}, h("strong", {}, name), ` was kept: ${why}`)),
    failedNames.map(({ name, why }) => h("p", {}, h("strong", {}, name), ` could not be taken back: ${why}`)),
    remaining > 0 && h("p", { class: "soft" }, `${counted(remaining, "contact of earlier imports remains", "contacts of earlier imports remain")}.`)));
}

// Begin a piece of work, and wait for its end.
function settled(here, what, body) {
  return new Promise((resolve, reject) => {
    begin(here, what, body, (task) => {
      if (!task.done) return;
      here.onState = null;
      resolve(task);
    }).catch(reject);
  });
}

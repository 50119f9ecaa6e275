// What went wrong, in the command's own words, with the way on.

import { counted, h } from "./dom.js";
import { link } from "./address.js";

const TITLES = {
  AccessRefused: "The service does not accept the key", KeyMissing: "A key is needed here", Away: "The program has ended",
  ServiceUnreachable: "The service does not answer", DiskFailed: "The disk could not be written to",
  SourceError: "The sheet cannot be read", ReadingUnclear: "The sheet cannot be read yet", NothingMapped: "The columns do not fit", JournalError: "This folder belongs to something else",
  FolderBusy: "Something else is at work here", MappingError: "The columns do not fit", Bug: "Something went wrong in the program",
  GuardStop: "Please look at this first", Interrupted: "Stopped", SettingsError: "That did not work",
};

export function trouble(error, here, again) {
  const failure = { message: error.message, next: error.next ?? "", kind: error.kind ?? "Bug" };
  const accepts = [...failure.next.matchAll(/--(accept-[a-z-]+)/g)].map((match) => match[1]);
  const needsAnswer = ["MappingError", "NothingMapped", "SourceError", "ReadingUnclear"].includes(failure.kind);
  const needsKey = failure.kind === "AccessRefused" || failure.kind === "KeyMissing";
  return h("div", {},
    h("h1", {}, TITLES[failure.kind] ?? "That did not work"),
    h("div", { class: "notice bad", role: "alert" }, h("p", {}, failure.message), h("p", {}, h("strong", {}, "Next: "), failure.next)),
    h("div", { class: "row" },
      again && h("button", { class: "primary", onclick: again }, "Try again"),
      here?.path && accepts.map((option) => h("button", {
        onclick: () => here.post("accept", { option }).then(again), "data-writes": true,
      }, ACCEPT[option] ?? "Accept and go on")),
      needsAnswer && here?.place?.name && here.place.step !== "sheet" && link({ ...here.place, step: "sheet" }, { class: "button" }, "Go to the step Sheet"),
      needsKey && here?.place?.name && link({ ...here.place, step: "workspace" }, { class: "button" }, "Go to the step Workspace"),
      link({ step: "home" }, { class: "button" }, "All imports")));
}

const ACCEPT = {
  "accept-corrections": "I have looked: use these corrections",
  "accept-changes": "The sheet is right as it is now",
  "accept-new-rows": "They are new people: import them",
};

// Questions of the step Sheet that have no answer yet, with the way there.
export function unanswered(count, here) {
  return count > 0 && h("div", { class: "notice warn", "data-part": "to-decide" },
    h("p", {}, `${counted(count, "question about your sheet is still open. Until you answer it, the values that it is", "questions about your sheet are still open. Until you answer them, the values that they are")} about are left out.`),
    h("p", {}, h("button", { class: "small", onclick: () => here.go("sheet") }, "Answer first")));
}

// What went wrong in one place of a step, beside what still works.
export function mishap(place, error, here, again) {
  const box = h("div", { class: "notice bad", role: "alert" },
    h("p", {}, h("strong", {}, error.message)), error.next && h("p", {}, error.next),
    again && h("p", {}, h("button", { class: "small", onclick: again }, "Try again")));
  place.querySelector(":scope > .notice.bad")?.remove();
  place.prepend(box);
  box.scrollIntoView({ block: "nearest" });
  if (here && error.kind === "Away") here.onState?.({ away: error });
}

// What will be done, before anything is written; and the one button that does it.

import { balance } from "../balance.js";
import { contactCard } from "../card.js";
import { peopleCard } from "../people.js";
import { busy, counted, fill, h, number } from "../dom.js";
import { mishap, trouble, unanswered } from "../trouble.js";
import { begin } from "../work.js";

const CARDS = 5;

export async function show(here) {
  const task = here.state?.task;
  if (task && !task.done && task.kind === "run") { here.go("run", { replace: true }); return; }
  const note = busy("Looking at your sheet and your workspace");
  fill(here.main, h("h1", {}, "What will be done"), h("p", { class: "lead" }, "Nothing has been sent yet."), note);
  const look = (plan) => {
    const { phase, rows, of } = plan.progress;
    if (!plan.done) {
      note.textContent = phase === "looking" ? `Reading the workspace${of ? `: ${number(rows)} of ${number(of)}` : rows ? `: ${counted(rows, "contact")}` : ""}`
        : rows ? `Looking at every row: ${number(rows)} so far` : "Looking at your sheet and your workspace";
      return;
    }
    here.onState = null;
    if (plan.failure) fill(here.main, trouble(plan.failure, here, () => document.dispatchEvent(new Event("redraw"))));
    else draw(here, plan.result);
  };
  await begin(here, "plan", {}, look);
}

async function draw(here, plan) {
  const rejected = plan.counts.filter(({ status }) => status === "rejected" || status === "conflict").reduce((sum, { rows }) => sum + rows, 0);
  const conflicts = plan.counts.find(({ status }) => status === "conflict")?.rows ?? 0;
  const isWaiting = ({ status }) => status === "unfinished";
  const shown = [...plan.counts.filter(isWaiting), ...plan.counts.filter((count) => !isWaiting(count))].map((count) => (count.status === "unfinished" ? { ...count, words: "to import" } : count));
  const cards = h("div", { class: "cards" });
  const place = h("div", {});
  const actions = [plan.create && `create ${counted(plan.create, "contact")}`, plan.update && `update ${counted(plan.update, "contact")}`, plan.delete && `delete ${counted(plan.delete, "contact")}`].filter(Boolean);
  fill(here.main, h("h1", {}, "What will be done"), fill(place,
    h("section", { class: "card" },
      h("p", { class: "big" }, plan.writes ? [sentence(actions), " in ", h("strong", {}, plan.workspace || "your workspace"), "."]
        : rejected ? `Nothing can be imported yet: ${counted(rejected, "row")} to correct.` : "There is nothing to send: everything is there already."),
      balance(shown),
      h("div", { class: "figures" },
        plan.writes > 0 && figure("It takes", plan.time),
        plan.writes > 0 && figure("Seen in the app", plan.unseen ? `all but ${number(plan.unseen)}` : "every contact"),
        rejected > 0 && figure("Not imported", counted(rejected, "row"))),
      plan.unseen > 0 && h("p", { class: "soft small" }, `The app shows a contact beside a conversation with its number; ${counted(plan.unseen, "row has", "rows have")} no phone number.`)),
    plan.guards.map((text) => h("div", { class: "notice warn" }, h("p", {}, `The import would stop before the first write: ${text}.`))),
    unanswered(plan.to_decide, here),
    rejected > 0 && h("div", { class: "notice warn" }, h("p", {}, `${counted(rejected, "row")} would stay out. Correct these rows now or later: they come back to you in a copy of your own sheet.`),
      h("p", {}, h("button", { class: "small", onclick: () => here.go("fix") }, "Correct first"))),
    peopleCard(here, plan.people),
    // Rows that were asked about are not clear either, but they are shown above.
    plan.conflicts.length > 0 && plan.people.open < conflicts && h("section", { class: "card" }, h("h2", {}, "Not clear"), h("ul", {}, plan.conflicts.map((text) => h("li", {}, text)))),
    plan.policy && (plan.differing > 0 || plan.policy !== "create-only") && policy(here, plan, place),
    plan.changes.length > 0 && changes(plan),
    plan.writes > 0 && h("section", { class: "card" }, h("h2", {}, "The first contacts"), cards),
    start(here, plan, actions, place)));
  if (!plan.writes) return;
  try {
    const { cards: list } = await here.get("columns");
    // Of the first rows some may be asked about, or there already.
    const first = list.filter(({ row }) => plan.first_sent.includes(row)).slice(0, CARDS);
    if (first.length) fill(cards, first.map((card) => contactCard(card, `Row ${number(card.row)}`)));
    else cards.closest("section").remove();
  } catch {
    cards.closest("section").remove();
  }
}

function sentence(actions) {
  const text = actions.length > 1 ? `${actions.slice(0, -1).join(", ")} and ${actions.at(-1)}` : actions[0] ?? "Look at contacts";
  return text[0].toUpperCase() + text.slice(1);
}

function figure(name, value) {
  return h("div", {}, h("span", {}, name), h("strong", {}, value));
}

const POLICIES = [
  ["create-only", "Leave them as they are in the workspace"],
  ["fill-blank", "Fill in what is empty there"],
  ["update", "Change them to what the sheet says"],
];

// What is done with contacts that are there and differ from their row.
function policy(here, plan, place) {
  const choose = async (value) => {
    try {
      await here.post("policy", { policy: value });
      document.dispatchEvent(new Event("redraw"));
    } catch (error) {
      mishap(place, error, here);
    }
  };
  return h("section", { class: "card", "data-part": "policy" }, h("fieldset", { class: "question" },
    h("legend", {}, plan.differing ? `${counted(plan.differing, "contact in the workspace differs", "contacts in the workspace differ")} from the sheet` : "Contacts that differ from the sheet"),
    POLICIES.map(([value, label]) => h("div", { class: "choice" },
      h("input", { type: "radio", name: "policy", id: `policy-${value}`, value, checked: value === plan.policy, "data-writes": true, onchange: () => choose(value) }),
      h("label", { for: `policy-${value}` }, label)))));
}

function changes(plan) {
  return h("section", { class: "card" }, h("h2", {}, "What changes in contacts that are there"),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Changes" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Row", "Contact", "Field", "Now there", "Will be"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, plan.changes.map(({ row, name, fields }) => fields.map((change, index) => h("tr", {},
        h("td", { class: "number" }, index ? "" : number(row)), h("td", {}, index ? "" : name), h("td", {}, change.field),
        h("td", { class: "old" }, change.old || "(empty)"), h("td", { class: "new" }, change.new || "(empty)"))))))),
    plan.update > plan.changes.length && h("p", { class: "soft" }, `and ${counted(plan.update - plan.changes.length, "contact")} more, all in plan.json`));
}

function start(here, plan, actions, place) {
  if (!plan.writes) {
    const isBad = plan.counts.some(({ status }) => status === "rejected" || status === "conflict");
    return h("div", { class: "foot" }, isBad ? h("button", { class: "primary", onclick: () => here.go("fix") }, "Correct it")
      : h("button", { class: "primary", onclick: () => here.go("done") }, "See the result"));
  }
  const typed = h("input", { type: "text", id: "typed", autocomplete: "off", spellcheck: "false", "aria-describedby": "typed-why" });
  const run = async (event) => {
    event.preventDefault();
    try {
      await here.post("run", { typed: typed.value });
      here.go("run");
    } catch (error) {
      mishap(place, error, here);
      if (plan.type_name) typed.focus();
    }
  };
  const label = plan.create && !plan.update ? `Import ${counted(plan.create, "contact")}` : `Import: ${actions.join(", ")}`;
  return h("form", { class: "card", onsubmit: run },
    plan.type_name && h("div", {}, h("p", {}, h("label", { for: "typed" }, "To go ahead, type "), h("strong", {}, plan.type_name)),
      h("p", {}, typed), h("p", { class: "soft small", id: "typed-why" }, "You are asked to type this because the workspace holds contacts already, or because many will be created.")),
    h("div", { class: "row" }, h("button", { class: "primary", "data-writes": true }, label, " into ", h("strong", {}, plan.workspace || "your workspace"))),
    h("details", {}, h("summary", {}, "The same in a terminal"), h("code", {}, plan.command)));
}

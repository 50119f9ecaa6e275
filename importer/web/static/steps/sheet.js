// The sheet: its first rows, how it is read, and the questions that it raises.

import { busy, counted, fill, h } from "../dom.js";
import { options } from "../options.js";
import { mishap } from "../trouble.js";

export async function show(here) {
  const facts = await here.get("sheet");
  if (!here.isCurrent()) return;
  const place = h("div", {}), questions = h("div", {}, busy("Looking for what you have to decide")), lead = h("p", { class: "lead", id: "lead" });
  draw(here, place, facts);
  fill(here.main, h("h1", {}, "Is this your sheet?"),
    lead, carried(facts.carried), place, questions);
  follow(here, questions, facts);
}

// What is asked comes when the sheet can be read; until then only how to read it is asked.
function follow(here, place, facts) {
  document.getElementById("lead").textContent = facts.unclear ? "One thing has to be decided before the sheet can be read."
    : facts.own_names.length ? "Each card of the address book is a row here."
    : facts.header_row ? "The row with the column names is marked. If the column names are in another row, click the number of that row."
      : "If a row holds the column names, click its number.";
  if (!facts.unclear) { ask(here, place); return; }
  place.className = "questions-place";
  fill(place, h("div", { class: "notice bad", role: "alert" }, h("p", {}, h("strong", {}, facts.unclear.message)),
    h("p", {}, h("strong", {}, "Next: "), facts.unclear.next)));
}

function carried(facts) {
  if (!facts) return null;
  const parts = [facts.answers && "your answers", facts.corrections && counted(facts.corrections, "corrected cell")].filter(Boolean);
  return h("div", { class: "notice good", role: "status" }, h("p", {}, `Taken over from Practice: ${parts.join(" and ")}.`));
}

function draw(here, place, facts) {
  const change = async (given) => {
    try {
      const changed = await here.post("sheet", given);
      draw(here, place, changed);
      follow(here, here.main.querySelector(".questions-place"), changed);
    } catch (error) {
      mishap(place, error, here);
    }
  };
  const rows = facts.rows.map(({ row, cells }) => {
    const kind = row === facts.header_row ? "head" : row < (facts.header_row ?? 0) ? "above" : "";
    const name = row === facts.header_row ? `Row ${row}: the column names` : `Take row ${row} as the column names`;
    const padded = [...cells, ...Array(Math.max(0, facts.columns - cells.length)).fill("")];
    const texts = padded.map((cell) => h("td", {}, cell));
    if (facts.own_names.length) return h("tr", {}, h("td", { class: "n" }, String(row)), texts);
    return h("tr", { class: kind }, h("td", { class: "n" }, h("button", {
      class: "pick", "aria-label": name, "aria-pressed": String(row === facts.header_row), "data-writes": true,
      onclick: () => change({ header_row: row }),
    }, String(row))), texts);
  });
  if (facts.own_names.length) rows.unshift(h("tr", { class: "head" }, h("td", { class: "n" }), facts.own_names.map((name) => h("td", {}, name))));
  fill(place,
    facts.sheets.length > 1 && h("div", { class: "tabs", role: "group", "aria-label": "Sheets of the workbook" },
      facts.sheets.map((name) => h("button", {
        class: "small", "aria-pressed": String(name === facts.sheet), "data-writes": true, onclick: () => change({ sheet: name }),
      }, name))),
    h("section", { class: "card" },
      h("div", { class: "scroll sheet", tabindex: "0", role: "region", "aria-label": "The first rows of the sheet" },
        h("table", {}, h("tbody", {}, rows))),
      !facts.own_names.length && h("p", { class: "row" }, facts.header_row === 0
        ? h("span", { class: "soft" }, "This sheet has no row of column names.")
        : h("button", { class: "link", "data-writes": true, onclick: () => change({ header_row: 0 }) }, facts.no_header)),
      facts.hidden?.what.length > 0 && hidden(facts.hidden, change),
      facts.answers.length > 0 && decided(facts.answers, change),
      h("details", {}, h("summary", {}, "How the file is read"),
        h("dl", { class: "pairs" }, facts.decisions.map(({ what, value }) => [h("dt", {}, what), h("dd", {}, value)])))));
}

// What was answered before, each with a way to be asked once more: a wrong answer must not be for good.
function decided(answers, change) {
  return h("section", { "data-part": "decided" }, h("h2", {}, "What you have decided"), h("ul", { class: "list" }, answers.map(({ option, what, value }) => h("li", {},
    h("span", {}, `${what}: `, h("strong", {}, value)),
    h("button", { class: "small", "data-writes": true, "aria-label": `Decide again: ${what}`, onclick: () => change({ again: option }) }, "Decide again")))));
}

// A person who filters a sheet may mean only what is seen, or may have forgotten the filter.
function hidden({ what, choice }, change) {
  return h("fieldset", { class: "question", "data-part": "hidden" }, h("legend", {}, "Some of this sheet is hidden. Is it to be imported, too?"),
    h("p", { class: "soft" }, what.join(" ")),
    [["in", "Import it like the rest"], ["out", "Leave it out"]].map(([value, label]) => h("div", { class: "choice" },
      h("input", { type: "radio", name: "hidden", id: `hidden-${value}`, value, checked: value === choice, "data-writes": true, onchange: () => change({ hidden: value }) }),
      h("label", { for: `hidden-${value}` }, label))));
}

async function ask(here, place) {
  place.className = "questions-place";
  try {
    questions(here, place, await here.get("questions"));
  } catch (error) {
    fill(place, foot(here, null));
    mishap(place, error, here, () => ask(here, place));
  }
}

function questions(here, place, { questions: list, view }) {
  const form = h("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const answers = list.map((question) => [question, value(form, question)]).filter(([, answer]) => answer);
      const missing = list.find((question) => question.required && !value(form, question));
      if (missing) { demand(form.querySelector(`[data-question="${CSS.escape(missing.id)}"]`)); return; }
      if (!answers.length) { here.go("columns"); return; }
      const button = form.querySelector("button.primary");
      button.disabled = true;
      try {
        const given = Object.fromEntries(answers.map(([question, answer]) => [question.id, answer]));
        const left = await here.post("answer", { answers: given, view });
        const fresh = left.questions.filter(({ id }) => !list.some((question) => question.id === id));
        if (fresh.length) { questions(here, place, { ...left, questions: fresh }); place.querySelector("input")?.focus(); }
        else here.go("columns");
      } catch (error) {
        mishap(place, error, here);
      } finally {
        button.disabled = false;
      }
    },
  });
  fill(form, list.length > 0 && h("section", { class: "card" }, h("h2", {}, list.length === 1 ? "One thing to decide" : `${list.length} things to decide`),
    h("p", { class: "soft" }, list.every(({ proposal }) => proposal) ? "What is most likely right is already chosen."
      : "What is most likely right is already chosen, where there is such an answer."), list.map(block)), foot(here, list));
  fill(place, form);
}

function demand(question) {
  question.querySelector("[role=alert]")?.remove();
  question.querySelector("legend").after(h("p", { role: "alert" }, h("span", { class: "pill bad" }, "Please choose one of these first.")));
  question.querySelector("input")?.focus();
}

function foot(here, list) {
  return h("div", { class: "foot" },
    list ? h("button", { class: "primary", "data-writes": list.length > 0 }, list.length ? "Use these answers" : "Continue")
      : h("button", { class: "primary", onclick: () => here.go("columns") }, "Continue"),
    list?.length === 0 && h("span", { class: "says" }, "Nothing in this sheet needs a decision."));
}

function block(question) {
  const name = `q-${question.id}`;
  const option = (choice, id) => h("div", { class: "choice" },
    h("input", { type: "radio", name, id, value: choice.value, checked: choice.value === question.proposal }),
    h("label", { for: id }, choice.label, choice.example && h("span", { class: "soft" }, `: ${choice.example}`), choice.value === question.proposal && h("span", { class: "soft" }, " (proposed)")));
  const label = question.typed === "region" ? "Another country: " : question.column ? "Another field: " : "Another column: ";
  const pick = (event) => { event.target.parentElement.querySelector("input[type=radio]").checked = true; };
  const typed = question.others.length
    ? h("select", { "data-typed": question.id, "aria-label": label, onchange: pick }, options(question.others, question.others[0].value))
    : h("input", { type: "text", "data-typed": question.id, size: 12, "aria-label": "Country code, such as US", placeholder: "US", oninput: pick });
  const other = question.typed && h("div", { class: "choice" },
    h("input", { type: "radio", name, id: `${name}-typed`, value: "\u0000typed" }), h("label", { for: `${name}-typed` }, label), typed);
  return h("fieldset", { class: "question", "data-question": question.id }, h("legend", {}, question.text),
    question.evidence && h("p", { class: "soft" }, question.evidence),
    question.samples.length > 0 && h("p", { class: "soft small" }, `${question.column ? `In "${question.column}"` : "Such as"}: ${question.samples.join(" · ")}`),
    question.choices.map((choice, index) => option(choice, `${name}-${index}`)), other);
}

function value(form, question) {
  const chosen = form.querySelector(`[data-question="${CSS.escape(question.id)}"] input[type=radio]:checked`)?.value ?? "";
  if (chosen !== "\u0000typed") return chosen;
  return form.querySelector(`[data-typed="${CSS.escape(question.id)}"]`).value.trim();
}

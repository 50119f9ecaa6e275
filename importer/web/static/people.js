// Who rows are that may be people who are there already: one answer for all of them, or one for each.

import { counted, fill, h, number } from "./dom.js";
import { mishap } from "./trouble.js";

const BULK = [["same", "They are these people"], ["new", "They are new people"], ["leave", "Leave them out for now"]];

export function peopleCard(here, people) {
  if (!people.total && !people.second_total) return null;
  const place = h("div", {});
  let bulk = "";
  const answer = (row) => {
    const known = row.candidates.map(({ id, words }) => [id, `This is ${words}`]);
    return h("select", { id: `person-${row.row}`, "data-person": row.row, "data-writes": true, onchange: (event) => { event.target.dataset.own = "1"; } },
      [["", "Leave it out for now"], ...known, ["new", "Another person: make a new contact"]].map(([value, label]) =>
        h("option", { value, selected: value === row.answer }, label)));
  };
  const all = (value) => () => {
    bulk = value;
    for (const row of people.rows) {
      const select = place.querySelector(`[data-person="${row.row}"]`);
      // Of several candidates the person says which it is.
      select.value = value === "new" ? "new" : value === "same" && row.candidates.length === 1 ? row.candidates[0].id : "";
      select.dataset.own = "1";
    }
  };
  const isOpen = people.open > 0;
  const send = async (event) => {
    event.preventDefault();
    const rows = Object.fromEntries([...place.querySelectorAll("[data-person]")].map((select) => [select.dataset.person, select.value]));
    try {
      await here.post("people", { bulk, rows, second: place.querySelector("[name=second]:checked")?.value ?? "" });
      document.dispatchEvent(new Event("redraw"));
    } catch (error) {
      mishap(place, error, here);
    }
  };
  const subject = counted(people.total, "row may be a person who is", "rows may be people who are");
  const hidden = people.total - people.rows.length;
  return h("form", { class: "card", "data-part": "people", onsubmit: send }, h("h2", {}, "Who are these?"), fill(place,
    people.total > 0 && h("p", {}, `${subject} in the workspace already. Until you say so, nothing is sent for them.`),
    people.total > 1 && h("div", { class: "row", role: "group", "aria-label": "For all of them" }, BULK.map(([value, label]) =>
      h("button", { type: "button", class: "small", "data-writes": true, onclick: all(value) }, label))),
    people.rows.length > 0 && h("ul", { class: "list people" }, people.rows.map((row) => h("li", {},
      h("label", { for: `person-${row.row}` }, `Row ${number(row.row)}: ${row.name || "no name"}`), answer(row),
      h("span", { class: "soft small" }, `It ${row.why}.`)))),
    hidden > 0 && h("p", { class: "soft" }, `and ${counted(hidden, "row")} more, for which the answer for all of them holds.`),
    people.second_total > 0 && second(people)),
  h("p", {}, h("button", { class: isOpen ? "primary" : "small", "data-writes": true }, isOpen ? "Use these answers" : "Change these answers")));
}

// Two rows of the sheet that look like one person.
function second(people) {
  const choices = [["join", "The same people: join their rows"], ["separate", "Different people"], ["", "Leave them out for now"]];
  return h("fieldset", { class: "question" }, h("legend", {}, `${counted(people.second_total, "row")} of the sheet may be a second row of a person`),
    h("ul", { class: "soft small" }, people.second_rows.slice(0, 10).map((row) => h("li", {}, `Row ${number(row.row)} (${row.name || "no name"}) ${row.why}`))),
    choices.map(([value, label]) => h("div", { class: "choice" },
      h("input", { type: "radio", name: "second", id: `second-${value}`, value, checked: value === people.second }), h("label", { for: `second-${value}` }, label))));
}

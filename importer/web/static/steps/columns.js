// The columns: each with its field, what of it fits, and a contact as the app will show it.

import { busy, counted, fill, h, number, say } from "../dom.js";
import { contactCard } from "../card.js";
import { options } from "../options.js";
import { mishap } from "../trouble.js";

const MOST_BARE = 3;

export async function show(here) {
  const facts = await here.get("columns");
  if (!here.isCurrent()) return;
  const place = h("div", {});
  fill(here.main, h("h1", {}, "What is in the columns?"),
    h("p", { class: "lead" }, "On the left your columns, on the right where they go. The card shows a contact as it will be."),
    place,
    h("div", { class: "foot" }, h("button", { class: "primary", onclick: () => here.go("fix") }, "Continue"),
      h("button", { onclick: () => lookAgain(here, place) }, "Look for new fields of my workspace")));
  draw(here, place, facts, 0);
}

async function lookAgain(here, place) {
  const note = busy("Asking the workspace for its fields");
  place.prepend(note);
  try {
    draw(here, place, await here.get("columns?again=1"), 0);
    say("The fields of your workspace were read again.");
  } catch (error) {
    mishap(place, error, here);
  } finally {
    note.remove();
  }
}

function draw(here, place, facts, shown) {
  const aside = h("aside", { "aria-label": "A contact as it will be" });
  const choose = async (position, field) => {
    try {
      const changed = await here.post("columns", { position, field, view: facts.view });
      const id = document.activeElement?.id;
      draw(here, place, changed, 0);
      document.getElementById(id)?.focus();
      say(`Changed. ${changed.columns[position].fitting} of ${changed.columns[position].filled} cells fit.`);
    } catch (error) {
      draw(here, place, facts, shown);
      mishap(place, error, here);
    }
  };
  const columns = facts.columns.filter((column) => !column.empty || !isOff(column));
  const bare = columns.filter((column) => isOff(column) && !column.open && !column.samples.length);
  const isFolded = bare.length > MOST_BARE;
  fill(place, facts.trouble && h("div", { class: "notice bad", role: "alert" }, h("p", {}, facts.trouble.message), h("p", {}, h("strong", {}, "Next: "), facts.trouble.next)),
    h("div", { class: "columns" },
      h("section", { class: "card" }, h("ul", { class: "maps" },
        columns.filter((column) => !isFolded || !bare.includes(column)).map((column) => line(column, facts, choose))),
      isFolded && h("details", {}, h("summary", {}, `${counted(bare.length, "column")} without values: not imported`),
        h("ul", { class: "maps" }, bare.map((column) => line(column, facts, choose))))), aside));
  card(aside, facts.cards, shown);
}

function isOff({ field }) { return !field || field === "ignore"; }

function line(column, facts, choose) {
  const id = `column-${column.position}`;
  const off = isOff(column);
  const share = column.filled ? Math.floor((100 * column.fitting) / column.filled) : 100;
  return h("li", {},
    h("div", {},
      h("label", { for: id, class: off ? "off" : "" }, column.name), " ",
      column.open && h("span", { class: "pill warn" }, "please check"),
      h("div", { class: "soft small" }, column.samples.join(" · ") || "no values"),
      !off && column.filled > 0 && h("div", { class: "fit" }, h("div", { class: share < 100 ? "meter part" : "meter", "aria-hidden": "true" }, h("i", { width: `${share}%` })),
        `${number(column.fitting)} of ${number(column.filled)} filled cells fit`),
      (column.open || off) && column.reason && h("div", { class: "soft small" }, column.reason)),
    h("select", { id, "data-writes": true, onchange: (event) => choose(column.position, event.target.value) },
      options(facts.choices, off ? "ignore" : column.field)));
}

function card(aside, cards, at) {
  if (!cards.length) {
    fill(aside, h("div", { class: "contact" }, h("p", { class: "soft" }, "The first rows do not make a contact yet.")));
    return;
  }
  const index = (at + cards.length) % cards.length;
  const move = (by) => () => {
    card(aside, cards, index + by);
    aside.querySelectorAll("button")[by < 0 ? 0 : 1].focus();
    say(`${cards[(index + by + cards.length) % cards.length].name}, row ${cards[(index + by + cards.length) % cards.length].row}`);
  };
  fill(aside, contactCard(cards[index], `Row ${number(cards[index].row)}`),
    h("div", { class: "foot" }, h("button", { class: "small", onclick: move(-1) }, "Previous"), h("button", { class: "small", onclick: move(1) }, "Next")));
}

// The fields of a contact, or other values, as the options of a list, under the headings of their groups.

import { h } from "./dom.js";

export function options(choices, chosen) {
  const known = choices.some(({ value }) => value === chosen) ? choices : [...choices, { value: chosen, label: chosen, group: "Contact" }];
  const groups = new Map();
  for (const choice of known) {
    if (!groups.has(choice.group)) groups.set(choice.group, []);
    groups.get(choice.group).push(h("option", { value: choice.value, selected: choice.value === chosen },
      choice.type ? `${choice.label} (${choice.type})` : choice.label));
  }
  return [...groups].map(([group, list]) => (group ? h("optgroup", { label: group }, list) : list));
}

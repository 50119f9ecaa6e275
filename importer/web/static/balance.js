// How many rows end in each way: a bar, and the same in words.

import { counted, h, number } from "./dom.js";

export function balance(counts, caption) {
  const total = counts.reduce((sum, { rows }) => sum + rows, 0);
  return h("div", {},
    h("div", { class: "balance", role: "img", "aria-label": counts.map(({ rows, words }) => `${number(rows)} ${words}`).join(", ") },
      counts.map(({ rows, status }) => h("i", { class: `s-${status}`, width: `${(100 * rows) / total}%` }))),
    h("ul", { class: "legend" }, counts.map(({ rows, words, status }) => h("li", {}, h("i", { class: `s-${status}`, "aria-hidden": "true" }), `${number(rows)} ${words}`)),
      h("li", {}, h("strong", {}, caption ?? `${counted(total, "row")} in all`))));
}

// Rows as the server sends them, and as the grid takes them.

export const RELOAD_FROM = 1_000;

export const flat = ({ r, s, v, c, p, e }) => {
  const row = { r, s, v: v ?? "", e: Boolean(e), p: p ?? [] };
  c.forEach((cell, position) => { row[`c${position}`] = cell; });
  return row;
};

// What is said of a cell: its own problems, the worst first; -1 is the row as a whole.
export function problemsAt(row, position) {
  return row.p.filter(([at]) => at === position);
}

// Whether an answer is of another sheet than the one that is shown (`view`): its rows have other numbers, so the whole
// step is shown again.
export function isOther(facts, { here, view }) {
  if (facts.view !== view && here.isCurrent()) document.dispatchEvent(new Event("redraw"));
  return facts.view !== view;
}

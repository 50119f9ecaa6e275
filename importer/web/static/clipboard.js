// Blocks of cells as spreadsheet programs put them on the clipboard: tabs between cells, quotes around line breaks.

export function block(text) {
  const rows = [];
  let row = [], cell = "", at = 0, isQuoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  while (at <= source.length) {
    const sign = source[at];
    if (isQuoted && sign === '"' && source[at + 1] === '"') { cell += '"'; at += 1; }
    else if (isQuoted && sign === '"') isQuoted = false;
    else if (isQuoted && sign !== undefined) cell += sign;
    else if (sign === '"' && cell === "" && /^"(?:[^"]|"")*"(?=\t|\n|$)/.test(source.slice(at))) isQuoted = true;
    else if (sign === "\t") { row.push(cell); cell = ""; }
    else if (sign === "\n" || sign === undefined) { row.push(cell); rows.push(row); row = []; cell = ""; }
    else cell += sign;
    at += 1;
  }
  return rows;
}

export function text(rows) {
  return rows.map((row) => row.map((cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\n");
}

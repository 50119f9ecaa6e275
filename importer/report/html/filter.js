(() => {
  "use strict";
  const form = document.querySelector(".filter");
  if (!form) return;
  const text = document.getElementById("filter-text");
  const rule = document.getElementById("filter-rule");
  const count = document.getElementById("filter-count");
  const empty = document.querySelector(".empty");
  const groups = [...document.querySelectorAll("table.rejects tbody")].map((body) => ({
    body,
    rows: [...body.querySelectorAll("tr:not(.group)")].map((row) => ({ row, words: row.textContent.toLowerCase() })),
  }));
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    groups.forEach((group, index) => {
      let fitting = 0;
      for (const line of group.rows) {
        const fits = (rule.value === "" || Number(rule.value) === index) && words.every((word) => line.words.includes(word));
        line.row.hidden = !fits;
        fitting += fits;
      }
      group.body.hidden = !fitting;
      shown += fitting;
    });
    count.textContent = `${shown.toLocaleString("en")} of ${total.toLocaleString("en")} rows`;
    empty.hidden = shown > 0;
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.hidden = false;
  filter();
})();

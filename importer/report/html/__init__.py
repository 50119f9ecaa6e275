"""report.html: a run as one page that opens anywhere; `page` has its contents, `render` makes the text of it."""

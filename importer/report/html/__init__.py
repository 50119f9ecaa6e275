"""report.html: what happened, as one page that opens anywhere; `page` is what it holds, `render` its text."""

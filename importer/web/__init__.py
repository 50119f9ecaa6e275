"""The page: an import in the browser, on this computer. It does what the commands do, on the same folders.

server.py    uvicorn on 127.0.0.1, the file that opens the page, the end when idle
access.py    who may ask: one-time token, cookie, secret of the tab, Host, Origin
app.py       the addresses; `answers/` has one small function for each
session.py   what lives as long as the server: the key, the imports, what is being done
sheets.py    one import: its settings, its folder, its sheet as it was judged
tasks.py     work that takes long, in a thread, with its progress
static/      the page itself: plain HTML, CSS and JavaScript modules
"""

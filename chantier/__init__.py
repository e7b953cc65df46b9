"""The project package: settings, addresses, and the pages that join the four apps.

SQLite below 3.51.3 can corrupt a database in WAL mode when two connections write and
checkpoint at once (https://www.sqlite.org/wal.html, "WAL-reset bug"). Debian ships 3.40, so
the engine bundled with the `pysqlite3` wheel takes its place here, before Django loads.
`members.checks` refuses to start on an older engine.
"""

import sys

import pysqlite3

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

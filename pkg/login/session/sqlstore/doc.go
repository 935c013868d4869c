// Package sqlstore keeps sessions in a database over database/sql: PostgreSQL, MySQL,
// MariaDB or SQLite. It imports no driver.
//
//	db, err := sql.Open("pgx", "postgres://…")
//	err = sqlstore.Migrate(ctx, db, sqlstore.PostgreSQL)
//	store, err := sqlstore.New(db, sqlstore.Config{Dialect: sqlstore.PostgreSQL})
//
// [Migrate] makes the tables and may run at each start. Services with a migration
// tool give it the statements of [Schema] instead.
//
// # Guarantees
//
// Each call is one statement, or several of which one decides: it changes a row only
// if the row is as it was read. There are no transactions, so every isolation level
// will do; where a database answers that a statement is to be repeated
// (SQLSTATE 40001 and 40P01), it is.
//
// A session is as durable as a commit of the database. With synchronous_commit=off
// in PostgreSQL, innodb_flush_log_at_trx_commit other than 1 in MySQL and MariaDB, or
// synchronous=NORMAL in SQLite, the last commits may be lost in a crash. Then the
// refresh tokens of these commits are ahead of their records, and clients go on
// ([session.Ahead]); but sessions that were ended live again. After a database was
// restored from a copy, end all sessions of the users who ended some since.
//
// InnoDB shows a commit to other connections before it is on disk. So a server that is
// killed may leave a few tokens ahead of their records with every setting; they are
// those of clients that presented one token twice at the same time.
//
// # SQLite
//
// SQLite 3.35 or newer, in WAL mode, with a busy timeout:
//
//	file:app.db?_txlock=immediate&_pragma=journal_mode(WAL)
//		&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)
//
// # Cleaning up
//
// Every 64th Create removes up to 100 sessions, and every 64th Note up to 100
// entries, that have expired. There is no goroutine, and no job to set up.
package sqlstore

// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// conn is one connection with its prepared statements. It is of one goroutine.
type conn struct {
	c     *sql.Conn
	stmts map[string]*statement
}

// statement is a prepared statement. One whose rows are being read cannot run again.
type statement struct {
	sql  *sql.Stmt
	busy bool
}

// maxStatements bounds the prepared statements that a connection keeps: queries are
// made of their conditions, and there may be many kinds.
const maxStatements = 300

func (s *Store) connect(ctx context.Context) (*conn, error) {
	c, err := s.db.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return nil, cause(err)
	}
	made := &conn{c: c, stmts: map[string]*statement{}}
	if s.opened {
		if err := made.exec(context.WithoutCancel(ctx), "PRAGMA "+busyPragma(busyTimeout)); err != nil {
			return nil, errors.Join(cause(err), made.close())
		}
	}
	return made, nil
}

func (c *conn) close() error {
	c.forget()
	return c.c.Close()
}

// forget closes all statements; none may be in use.
func (c *conn) forget() {
	for _, st := range c.stmts {
		_ = st.sql.Close()
	}
	clear(c.stmts)
}

// trim is called between transactions.
func (c *conn) trim() {
	if len(c.stmts) > maxStatements {
		c.forget()
	}
}

// prepare returns a statement, prepared once.
func (c *conn) prepare(ctx context.Context, query string) (*statement, error) {
	if st := c.stmts[query]; st != nil {
		return st, nil
	}
	st, err := c.c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = &statement{sql: st}
	return c.stmts[query], nil
}

func (c *conn) exec(ctx context.Context, query string) error {
	_, err := c.run(ctx, query)
	return err
}

// run executes a statement and returns the number of rows that it changed.
func (c *conn) run(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := st.sql.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// single is the one row of a query.
type single struct {
	row *sql.Row
	err error
}

func (s single) Scan(dest ...any) error {
	if s.err != nil {
		return s.err
	}
	return s.row.Scan(dest...)
}

func (c *conn) row(ctx context.Context, query string, args ...any) single {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return single{err: err}
	}
	if st.busy {
		return single{row: c.c.QueryRowContext(ctx, query, args...)}
	}
	return single{row: st.sql.QueryRowContext(ctx, args...)}
}

// cursor is the rows of a query, read one after the other.
type cursor struct {
	*sql.Rows
	of *statement
}

func (c *conn) rows(ctx context.Context, query string, args ...any) (cursor, error) {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return cursor{}, err
	}
	if st.busy { // the same query within its own loop
		rows, err := c.c.QueryContext(ctx, query, args...) //nolint:rowserrcheck // whoever reads the cursor does
		return cursor{Rows: rows}, err
	}
	rows, err := st.sql.QueryContext(ctx, args...) //nolint:rowserrcheck // whoever reads the cursor does
	if err != nil {
		return cursor{}, err
	}
	st.busy = true
	return cursor{Rows: rows, of: st}, nil
}

func (c cursor) close() {
	_ = c.Close()
	if c.of != nil {
		c.of.busy = false
	}
}

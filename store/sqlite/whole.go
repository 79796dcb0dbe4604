// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// whole runs f on one connection, in one transaction: of what f does, transactions that
// it begins itself included, everything is kept or nothing is.
func whole(ctx context.Context, db *sql.DB, path string, f func(*sql.DB) error) (err error) {
	raw, err := db.Driver().Open(path)
	if err != nil {
		return err
	}
	sessions, ok := raw.(session)
	if !ok {
		return errors.Join(errors.New("the driver cannot run several transactions as one"), raw.Close())
	}
	one := sql.OpenDB(&inside{session: sessions})
	one.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, one.Close()) }()
	if _, err := one.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := f(one); err != nil {
		// A full disk may have ended the transaction already.
		_, _ = one.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	_, err = one.ExecContext(ctx, "COMMIT")
	return err
}

// session is what a connection of the driver can do.
type session interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

// inside is one connection whose transactions are parts of one that is open: savepoints.
type inside struct {
	session
	given bool
}

// Connect implements [driver.Connector]. There is one connection to give.
func (i *inside) Connect(context.Context) (driver.Conn, error) {
	if i.given {
		return nil, errors.New("the connection of a transaction was given back")
	}
	i.given = true
	return i, nil
}

// Driver implements [driver.Connector].
func (*inside) Driver() driver.Driver { return nil }

// BeginTx implements [driver.ConnBeginTx].
func (i *inside) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	if _, err := i.ExecContext(ctx, "SAVEPOINT part", nil); err != nil {
		return nil, err
	}
	return part{ctx: context.WithoutCancel(ctx), on: i.session}, nil
}

// part is a transaction within the one that is open.
type part struct {
	ctx context.Context //nolint:containedctx // Commit and Rollback are given none
	on  session
}

// Commit implements [driver.Tx].
func (p part) Commit() error {
	_, err := p.on.ExecContext(p.ctx, "RELEASE part", nil)
	return err
}

// Rollback implements [driver.Tx].
func (p part) Rollback() error {
	if _, err := p.on.ExecContext(p.ctx, "ROLLBACK TO part", nil); err != nil {
		return fmt.Errorf("undo a part: %w", err)
	}
	return p.Commit()
}

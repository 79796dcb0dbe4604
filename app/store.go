// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"daylight/audit"
	"daylight/store"
	"daylight/store/sqlite"
)

// storeFile is where the store lies and what opens it.
type storeFile struct {
	path    string
	key     keySource
	ledgers []string
}

func (s *storeFile) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.path, "store", "daylight.db", "the store's file")
	s.key.flags(f, "", "the master key (default: daylight.key beside the store)")
	f.StringArrayVar(&s.ledgers, "ledger", nil, "a further file that lists erasures; may be repeated")
}

// options reads the key of a store.
func (s *storeFile) options(ctx context.Context, a *app) (sqlite.Options, error) {
	s.key.fallback(s.path)
	key, err := s.key.read(ctx)
	return sqlite.Options{Path: s.path, Master: key, Ledgers: s.ledgers, Log: a.log}, err
}

// open opens a store that is there.
func (s *storeFile) open(ctx context.Context, a *app) (*sqlite.Store, error) {
	if err := s.mustBeThere(); err != nil {
		return nil, err
	}
	o, err := s.options(ctx, a)
	if err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, o)
}

// mustBeThere keeps a wrong path from making a new, empty store.
func (s *storeFile) mustBeThere() error {
	if _, err := os.Stat(s.path); err != nil {
		return fmt.Errorf("find the store: %w", err)
	}
	return nil
}

func (a *app) storeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Back up, restore, check and re-key the store of the service",
		Long: `The service keeps everything in one file, sealed under keys of the people it is about,
which a master key wraps. docs/operations.md says what to keep where.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.storeBackupCommand(), a.storeRestoreCommand(), a.storeCheckCommand(), a.storeRekeyCommand())
	return cmd
}

func (a *app) storeBackupCommand() *cobra.Command {
	var s storeFile
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store to a new file, while the service runs",
		Example: `  daylight store backup backups/2026-05-02.db
  daylight store backup --store data/daylight.db --key-file data/daylight.key monday.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			st, err := s.open(cmd.Context(), a)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, st.Close()) }()
			if err := a.recordBackup(cmd.Context(), st); err != nil {
				return err
			}
			if err := st.Backup(cmd.Context(), args[0]); err != nil {
				return err
			}
			a.say("Wrote %s. It opens with the key of the store alone, which is not in it.\n", args[0])
			return nil
		},
	}
	s.flags(cmd)
	return cmd
}

// recordBackup notes in the audit log that everything is copied out of the store, and
// signs the log, so that the copy holds a checkpoint of all of it. A
// store that cannot be written is copied all the same, for that is when it is needed.
func (a *app) recordBackup(ctx context.Context, st store.Store) error {
	err := st.Update(ctx, a.recordStore("export.backup"))
	if errors.Is(err, store.ErrReadOnly) {
		a.say("The store cannot be written, so that this backup is no entry of the audit log.\n")
		return nil
	}
	if err != nil {
		return fmt.Errorf("record the backup: %w", err)
	}
	return nil
}

// recordStore notes in the audit log what a command does to the whole store, and signs the
// log.
func (a *app) recordStore(act string) func(store.Writer) error {
	return func(w store.Writer) error {
		now := a.Now()
		err := audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: act, Object: "store", Detail: map[string]string{"by": "command line"}})
		if err == nil {
			_, err = audit.Seal(w, rand.Reader, now)
		}
		return err
	}
}

func (a *app) storeRestoreCommand() *cobra.Command {
	var s storeFile
	cmd := &cobra.Command{
		Use:   "restore BACKUP",
		Short: "Make a store out of a backup; who was erased since stays erased",
		Long: `Restore makes the store's file out of a backup, and erases from it whoever the ledger
of erasures lists: the file beside the store that ends in .erased, and those given by
--ledger. It checks every row before the store gets its name, and replaces none. That it
was restored is an entry of its audit log.`,
		Example: `  daylight store restore backups/2026-05-02.db
  daylight store restore monday.db --store data/daylight.db --ledger backups/erased`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := s.options(cmd.Context(), a)
			if err != nil {
				return err
			}
			o.Vouch, o.Record = auditLogVerifies, a.recordStore("store.restore")
			done, err := sqlite.Restore(cmd.Context(), args[0], o)
			if err != nil {
				return err
			}
			a.say("Restored %s. ", s.path)
			switch {
			case len(done.Ledgers) == 0:
				a.say("No ledger of erasures was found: who was erased after the backup was made is in it.\n")
			case done.Erased == 1:
				a.say("1 key was destroyed again, as the ledger of erasures says.\n")
			default:
				a.say("%d keys were destroyed again, as the ledger of erasures says.\n", done.Erased)
			}
			return nil
		},
	}
	s.flags(cmd)
	return cmd
}

// auditLogVerifies fails with errTampered, and the first contradiction, if the audit log of
// a store is not what was written.
func auditLogVerifies(ctx context.Context, st store.Store) error {
	rep, _, err := audit.VerifyStore(ctx, st)
	if err == nil && !rep.OK() {
		err = fmt.Errorf("audit log: %w: %s", errTampered, harmless(errors.New(rep.Faults[0].String())))
	}
	return err
}

func (a *app) storeCheckCommand() *cobra.Command {
	var s storeFile
	var limit int
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Read every row of the store and list what does not open",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if limit < 1 {
				return usage("--limit is at least 1, not %d", limit)
			}
			st, err := s.open(cmd.Context(), a)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, st.Close()) }()
			faults, err := st.Check(cmd.Context(), limit)
			if err != nil {
				return err
			}
			for _, f := range faults {
				where := "the file"
				if f.Collection != "" {
					where = f.Collection + " " + f.Key
				}
				if _, err := fmt.Fprintf(a.Stdout, "%s: %s\n", harmless(errors.New(where)), harmless(f.Err)); err != nil {
					return err
				}
			}
			if len(faults) > 0 {
				return fmt.Errorf("%d faults: %w; restore a backup", len(faults), store.ErrCorrupt)
			}
			if err := auditLogVerifies(cmd.Context(), st); err != nil {
				return err
			}
			a.say("Every row opens.\n")
			return nil
		},
	}
	s.flags(cmd)
	cmd.Flags().IntVar(&limit, "limit", 100, "faults to list at most")
	return cmd
}

func (a *app) storeRekeyCommand() *cobra.Command {
	var s storeFile
	var next keySource
	cmd := &cobra.Command{
		Use:   "rekey",
		Short: "Change the master key; the service must not run",
		Long: `Rekey wraps every key of the store with another master key. Copies of the store that
were made before open with the old key alone: destroy it, and they are unreadable.
That the key was changed is an entry of the audit log, in the same transaction.
A file named by --new-key-file that is not there is made, with a new key.`,
		Example: `  daylight store rekey --new-key-file new.key && mv new.key daylight.key`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !next.isSet() {
				return usage("--new-key-file or --new-key-command says where the new key is")
			}
			if err := s.mustBeThere(); err != nil {
				return err
			}
			o, err := s.options(cmd.Context(), a)
			if err != nil {
				return err
			}
			key, made, err := next.readOrMake(cmd.Context())
			if err != nil {
				return err
			}
			if made {
				a.say("Made a new key in %s.\n", next.File)
			}
			o.Record = func(w store.Writer) error {
				if err := audit.Intact(w); err != nil { // an entry more would cover that up
					return fmt.Errorf("%w; daylight audit verify says more", err)
				}
				return a.recordStore("store.rekey")(w)
			}
			n, err := sqlite.Rekey(cmd.Context(), o, key)
			if err != nil {
				return err
			}
			a.say("Wrapped the keys of %d holders anew. The store opens with the new key alone; backups made before open with the old one alone.\n", n)
			return nil
		},
	}
	s.flags(cmd)
	next.flags(cmd.Flags(), "new-", "the new master key")
	return cmd
}

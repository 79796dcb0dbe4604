// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"daylight/audit"
	"daylight/report"
	"daylight/store"
)

// errTampered is returned when something does not verify.
var errTampered = errors.New("it does not verify")

// Names of the files of an exported audit log.
const (
	exportedLog         = "audit.jsonl"
	exportedCheckpoints = "checkpoints.txt"
	exportedKey         = "key.txt"
)

func (a *app) auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify, export or mend the audit log of the service",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.auditVerifyCommand(), a.auditExportCommand(), a.auditMendCommand())
	return cmd
}

// auditFlags name a log: that of a store, or files that were exported.
type auditFlags struct {
	store                 storeFile
	log, checkpoints, key string
}

func (a *app) auditVerifyCommand() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Compute the audit log anew and compare it with what was signed",
		Long: `Verify computes the Merkle tree of the audit log anew from its entries and compares
it with the hashes that are kept, and with every signed checkpoint. With
checkpoints that were kept elsewhere (--checkpoints) and the key that was written
down elsewhere (--key), it also sees a log that was cut off or made anew by
somebody who holds the store and its keys. It opens no network connection.

The exit status is 1 if anything contradicts.`,
		Example: `  daylight audit verify --store data/daylight.db
  daylight audit verify --store data/daylight.db --checkpoints kept.txt --key kept.key
  daylight audit verify --log audit.jsonl --checkpoints checkpoints.txt --key key.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.auditVerify(cmd.Context(), f) },
	}
	f.store.flags(cmd)
	cmd.Flags().StringVar(&f.log, "log", "", "an exported log, instead of a store's")
	cmd.Flags().StringVar(&f.checkpoints, "checkpoints", "", "signed checkpoints, exported or kept elsewhere")
	cmd.Flags().StringVar(&f.key, "key", "", "verifier key, or a file that holds it (default: the store's own)")
	return cmd
}

func (a *app) auditVerify(ctx context.Context, f auditFlags) error {
	if f.log != "" && (f.checkpoints == "" || f.key == "") {
		return usage("--log needs --checkpoints and --key: an exported log cannot vouch for itself")
	}
	key, err := verifierKey(f.key)
	if err != nil {
		return err
	}
	var checkpoints [][]byte
	if f.checkpoints != "" {
		data, err := os.ReadFile(f.checkpoints)
		if err != nil {
			return fmt.Errorf("read %s: %w", f.checkpoints, bare(err))
		}
		if checkpoints, err = audit.ReadCheckpoints(bytes.NewReader(data)); err != nil {
			return fmt.Errorf("read %s: %w", f.checkpoints, err)
		}
		if len(checkpoints) == 0 {
			return fmt.Errorf("read %s: there is no checkpoint in it", f.checkpoints)
		}
	}
	var rep audit.Report
	if f.log != "" {
		rep, err = verifyExported(ctx, f.log, key, checkpoints)
	} else {
		rep, key, err = a.verifyStore(ctx, f, key, checkpoints)
	}
	if err != nil {
		return err
	}
	return a.tell(rep, key)
}

// verifierKey is a key as it was given, or that of a file.
func verifierKey(given string) (string, error) {
	if given == "" || strings.Contains(given, "+") {
		return given, nil
	}
	data, err := os.ReadFile(given) //nolint:gosec // the file that was named
	if err != nil {
		return "", fmt.Errorf("read the key %s: %w", given, bare(err))
	}
	return strings.TrimSpace(string(data)), nil
}

func verifyExported(ctx context.Context, path, key string, checkpoints [][]byte) (rep audit.Report, err error) {
	in, err := os.Open(path) //nolint:gosec // the file that was named
	if err != nil {
		return rep, fmt.Errorf("read %s: %w", path, bare(err))
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return audit.VerifyEntries(ctx, audit.ReadEntries(in), key, checkpoints)
}

func (a *app) verifyStore(ctx context.Context, f auditFlags, key string, checkpoints [][]byte) (rep audit.Report, _ string, err error) {
	s, err := f.store.open(ctx, a)
	if err != nil {
		return rep, "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	err = s.View(ctx, func(r store.Reader) (err error) {
		if key == "" {
			if key, err = audit.PublicKey(r); errors.Is(err, store.ErrNotFound) {
				key = "" // no checkpoint was ever signed
			} else if err != nil {
				return err
			}
		}
		rep, err = audit.Verify(ctx, r, key, checkpoints)
		return err
	})
	return rep, key, err
}

// tell says what was found.
func (a *app) tell(r audit.Report, key string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d entries", r.Size)
	if r.Size > 0 {
		fmt.Fprintf(&b, ", %s to %s\nroot %s", r.First.Format("2006-01-02 15:04:05 UTC"), r.Last.Format("2006-01-02 15:04:05 UTC"), r.Root)
	}
	if r.Back > 0 {
		fmt.Fprintf(&b, "\ntimes that the clock went back: %d, first before entry %d; the order is that of the numbers", r.Back, r.FirstBack)
	}
	fmt.Fprintf(&b, "\n%d signed checkpoints agree; the newest covers %d entries", r.Checkpoints, r.Sealed)
	if rest := r.Size - r.Sealed; rest > 0 {
		fmt.Fprintf(&b, ", and no signature covers the last %d yet", rest)
	}
	fmt.Fprintf(&b, "\nkey %s\n", report.Visible(key))
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "WRONG: %s\n", report.Visible(f.String()))
	}
	if r.OK() {
		b.WriteString("The audit log verifies.\n")
	}
	if _, err := io.WriteString(a.Stdout, b.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	if !r.OK() {
		return fmt.Errorf("audit log: %w", errTampered)
	}
	return nil
}

func (a *app) auditExportCommand() *cobra.Command {
	var f auditFlags
	var to string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the audit log, its signed checkpoints and its key to a folder",
		Long: `Export signs a checkpoint of the log as it is and writes audit.jsonl (the entries, one
a line), checkpoints.txt and key.txt to a folder. Keep checkpoints.txt and key.txt
where those who run the service cannot change them: they are what a log that was
cut off or made anew is held against. The export is itself an entry.`,
		Example: `  daylight audit export --store data/daylight.db --to audit-2026-05`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if to == "" {
				return usage("name the folder to write to with --to")
			}
			return a.auditExport(cmd.Context(), f, to)
		},
	}
	f.store.flags(cmd)
	cmd.Flags().StringVar(&to, "to", "", "folder to write to; it is made if it is not there")
	return cmd
}

func (a *app) auditExport(ctx context.Context, f auditFlags, to string) (err error) {
	s, err := f.store.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var point audit.Checkpoint
	err = s.Update(ctx, func(w store.Writer) (err error) {
		now := a.Now()
		if err := audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "export.audit", Detail: map[string]string{"by": "command line"}}); err != nil {
			return err
		}
		point, err = audit.Seal(w, rand.Reader, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("sign the audit log: %w", err)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", to, bare(err))
	}
	var log, checkpoints bytes.Buffer
	var key string
	err = s.View(ctx, func(r store.Reader) (err error) {
		if key, err = audit.PublicKey(r); err != nil {
			return err
		}
		return errors.Join(audit.Export(&log, r, point.Size), audit.ExportCheckpoints(&checkpoints, r))
	})
	if err != nil {
		return err
	}
	for _, out := range []struct {
		name string
		data []byte
	}{{exportedLog, log.Bytes()}, {exportedCheckpoints, checkpoints.Bytes()}, {exportedKey, []byte(key + "\n")}} {
		if err := writeWhole(filepath.Join(to, out.name), out.data); err != nil {
			return err
		}
	}
	a.say("%d entries of the audit log, signed %s, are in %s\n", point.Size, point.At.Format("2006-01-02 15:04:05 UTC"), report.Visible(to))
	return nil
}

func (a *app) auditMendCommand() *cobra.Command {
	var f auditFlags
	var unsigned bool
	cmd := &cobra.Command{
		Use:   "mend",
		Short: "Make damaged rows of the audit log's tree anew",
		Long: `Mend makes those hashes anew, from the entries, whose rows do not open. It does so only
where the sealed head of the log, every other hash and every checkpoint agree with the
entries: then they are proven to be those that were written. A running service does the
same by itself. That it was done is an entry.

With --unsigned, a head that does not open is made anew too, of the log as it stands.
Nothing proves then that its end was not cut off: hold it against a checkpoint that was
kept elsewhere first (daylight audit verify --checkpoints). The entry says how many entries
no checkpoint covers. A head that is gone, or that the log does not agree with, is not made
anew: restore a backup.`,
		Example: `  daylight audit mend --store data/daylight.db`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.auditMend(cmd.Context(), f, unsigned)
		},
	}
	f.store.flags(cmd)
	cmd.Flags().BoolVar(&unsigned, "unsigned", false, "take the log as it stands where its sealed head does not open")
	return cmd
}

func (a *app) auditMend(ctx context.Context, f auditFlags, unsigned bool) (err error) {
	s, err := f.store.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	n, err := audit.Mend(ctx, s, a.Now(), unsigned)
	if err != nil {
		return err
	}
	words := "Nothing is damaged."
	if n > 0 {
		words = fmt.Sprintf("%d damaged rows of the audit log's tree were made anew.", n)
	}
	_, err = fmt.Fprintln(a.Stdout, words)
	return err
}

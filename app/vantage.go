// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"daylight/account"
	"daylight/secret"
	"daylight/vantage"
	"daylight/web"
)

// defaultPoint is where a vantage point listens, reachable from this machine alone.
const defaultPoint = "127.0.0.1:8421"

// point is what the command of a vantage point is given.
type point struct {
	name, console, listen string
	cert, key             string // TLS
	shared                secret.Source
	command               string
}

func (a *app) vantageCommand() *cobra.Command {
	var o point
	cmd := &cobra.Command{
		Use:   "vantage",
		Short: "Measure the way to the browsers of check-ins from this place",
		Long: `Vantage runs a further place from which the way to the browser of a check-in is
measured. It has no store and keeps nothing: it answers pages of the console that bring
a ticket of the console, and hands what it measured to the browser, sealed with the key
that it shares with the console (serve: vantages, vantage_key).

Without --listen it serves this machine alone, for a proxy that ends TLS; then how long
the transport takes is not known. Anything else needs a certificate.`,
		Example: `  daylight vantage --name Singapore --console https://daylight.example.com --key-file vantage.key
  daylight vantage --name Singapore --console https://daylight.example.com --key-file vantage.key --listen :443 --tls-cert cert.pem --tls-key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.vantage(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.name, "name", "", "name of the place, as the console's configuration has it")
	f.StringVar(&o.console, "console", "", "address of the console, like https://daylight.example.com")
	f.StringVar(&o.listen, "listen", defaultPoint, "host and port to listen on")
	f.StringVar(&o.cert, "tls-cert", "", "certificate, a PEM file")
	f.StringVar(&o.key, "tls-key", "", "its key, a PEM file")
	f.StringVar(&o.shared.File, "key-file", "", "file with the key shared with the console, 64 hex digits")
	f.StringVar(&o.command, "key-command", "", "command that prints that key, run without a shell")
	return cmd
}

// vantage runs a vantage point until the context ends.
func (a *app) vantage(ctx context.Context, o point) error {
	if o.command != "" {
		o.shared.Command = strings.Fields(o.command)
	}
	host, _, err := net.SplitHostPort(o.listen)
	switch {
	case err != nil:
		return usage("--listen: %w", err)
	case o.name == "" || o.console == "" || !o.shared.IsSet():
		return usage("--name, --console and --key-file or --key-command are needed")
	case (o.cert == "") != (o.key == ""):
		return usage("--tls-cert and --tls-key go together")
	case o.cert == "" && !account.ThisMachine(host):
		return usage("--listen: %s can be reached from other machines, in the clear; give it a certificate (--tls-cert, --tls-key)", o.listen)
	}
	if _, err := web.ParseAddress(o.console); err != nil {
		return usage("--console: %w", err)
	}
	key, err := readVantageKey(ctx, o.shared)
	if err != nil {
		return err
	}
	// Without a certificate only something on this machine connects: a proxy.
	p, err := vantage.New(vantage.Options{Name: o.name, Console: o.console, Key: key, Now: a.Now, Random: rand.Reader, Proxied: o.cert == ""})
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer l.Close() //nolint:errcheck // Serve has closed it
	// Nobody may be reading; it runs all the same.
	_, _ = fmt.Fprintf(a.Stdout, "The vantage point %s listens on %s\n", o.name, l.Addr())
	return p.Serve(ctx, l, o.cert, o.key)
}

func readVantageKey(ctx context.Context, from secret.Source) (vantage.Key, error) {
	if problem := from.Problem(); problem != "" {
		return vantage.Key{}, usage("the key of vantage points: %s", problem)
	}
	text, err := from.Read(ctx)
	if err != nil {
		return vantage.Key{}, fmt.Errorf("read the key of vantage points: %w", err)
	}
	return vantage.ParseKey(text)
}

// vantageKey reads what the console shares with its vantage points, if it has any.
func (p servePlan) vantageKey(ctx context.Context) (vantage.Key, error) {
	if len(p.Vantages) == 0 {
		return vantage.Key{}, nil
	}
	return readVantageKey(ctx, p.VantageKey)
}

// vantagePoints reports what is wrong with where the service stands and with its
// further vantage points.
func (p servePlan) vantagePoints() error {
	var problems []error
	if p.Vantage != nil && (!p.Vantage.Valid() || p.Vantage.URL != "") {
		problems = append(problems, errors.New("serve: vantage: a name, a latitude and a longitude in degrees are needed, and no url"))
	}
	if len(p.Vantages) == 0 {
		return errors.Join(problems...)
	}
	if problem := p.VantageKey.Problem(); problem != "" {
		problems = append(problems, fmt.Errorf("serve: vantage_key: %s", problem))
	}
	if err := web.CheckVantages(p.Vantages, cmp.Or(p.Address, p.addressAt(p.Listen))); err != nil {
		problems = append(problems, fmt.Errorf("serve: vantages: %w", err))
	}
	return errors.Join(problems...)
}

// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	spread "math/rand/v2" // of pauses; secrets are drawn from crypto/rand
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"daylight/account"
	"daylight/audit"
	"daylight/checkin"
	"daylight/connect"
	"daylight/enrich"
	"daylight/intake"
	"daylight/notify"
	"daylight/pipeline"
	"daylight/secret"
	"daylight/span"
	"daylight/store"
	"daylight/store/sqlite"
	"daylight/web"
)

// Serve is the part "serve" of the configuration: what the running service needs.
type Serve struct {
	Data   string `yaml:"data,omitempty"`   // folder of the store; default daylight-data
	Listen string `yaml:"listen,omitempty"` // host and port; default 127.0.0.1:8420
	// Address is where browsers reach the console, if that is not where it listens.
	Address string `yaml:"address,omitempty"`
	// Watch are folders whose files are taken in.
	Watch []string `yaml:"watch,omitempty"`
	// MasterKey says where the master key is, 64 hex digits; default the file
	// daylight.key beside the store, which is made.
	MasterKey secret.Source `yaml:"master_key,omitempty"`
	// Proxies are the networks of reverse proxies, in CIDR form.
	Proxies []string `yaml:"proxies,omitempty"`
	// OIDC is the identity provider by which people sign in, if there is one.
	OIDC OIDC `yaml:"oidc,omitempty"`
	// TLSCert and TLSKey are a certificate and its key, PEM files; without them a proxy
	// ends TLS, or the service is for this machine alone.
	TLSCert string `yaml:"tls_cert,omitempty"`
	TLSKey  string `yaml:"tls_key,omitempty"`
	// Vantage is where the service stands, for the check-in: light bounds how far away a
	// browser can be.
	Vantage *checkin.Vantage `yaml:"vantage,omitempty"`
	// Vantages are further places from which the way to a browser is measured (daylight
	// vantage), and VantageKey says where the key is that they share with the console.
	Vantages   []checkin.Vantage `yaml:"vantages,omitempty"`
	VantageKey secret.Source     `yaml:"vantage_key,omitempty"`
	// Ledgers are further files that list erasures.
	Ledgers []string `yaml:"ledgers,omitempty"`
}

// defaultListen is reachable from this machine alone.
const defaultListen = "127.0.0.1:8420"

// defaultData is in the working directory.
const defaultData = "daylight-data"

func (a *app) serveCommand() *cobra.Command {
	var o Serve
	var key keySource
	var check bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the console: take input in, keep assessments up to date, let people decide",
		Long: `Serve runs the console. On an empty folder it makes its store and a master key, and
prints one address and a one-time link that makes the first administrator. What it takes
in and what it writes is on disk before it says so: it may be stopped, or lose power, at
any instant, and goes on where it was.

Without --listen it serves this machine alone. Anything else needs TLS in front of it, and
its address in the configuration.`,
		Example: `  daylight serve
  daylight serve --data /var/lib/daylight --watch /srv/exports
  daylight serve --check --config daylight.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			plan, err := a.planServe(o, key)
			if err != nil {
				return err
			}
			if check {
				if err := a.openSecrets(cmd.Context(), plan); err != nil {
					return err
				}
				_, err := fmt.Fprintln(a.Stdout, "the configuration is in order")
				return err
			}
			return a.serve(cmd.Context(), plan, nil)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Data, "data", "", "folder of the store (default "+defaultData+")")
	f.StringVar(&o.Listen, "listen", "", "host and port to listen on (default "+defaultListen+")")
	f.StringArrayVar(&o.Watch, "watch", nil, "folder whose files are taken in; may be repeated")
	f.StringVar(&key.File, "master-key", "", "file with the master key, 64 hex digits (default daylight.key in the data folder)")
	f.StringVar(&key.line, "master-key-command", "", "command that prints the master key, run without a shell")
	f.BoolVar(&check, "check", false, "check the configuration, with every secret and certificate that it names, and exit")
	return cmd
}

// servePlan is a configuration of the service that was checked.
type servePlan struct {
	Serve
	also    []account.Role // of the first administrator, in a sample
	beside  []guest        // accounts beside the first, in a sample
	config  Config
	set     compiled
	store   storeFile
	proxies []netip.Prefix
	wording []pipeline.Wording
}

// planServe checks the whole configuration and reports every problem at once. What
// the command line says goes before what the file says.
func (a *app) planServe(o Serve, key keySource) (servePlan, error) {
	config, _, err := loadConfig(a.configPath)
	if err != nil {
		return servePlan{}, err
	}
	var problems []error
	bad := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	p := servePlan{Serve: config.Serve, config: config}
	p.Data = cmp.Or(o.Data, p.Data, defaultData)
	p.Listen = cmp.Or(o.Listen, p.Listen, defaultListen)
	p.Watch = append(p.Watch, o.Watch...)
	if !key.isSet() {
		key.Source = p.MasterKey
	}
	if p.MasterKey = key.Source; key.line != "" {
		p.MasterKey.Command = strings.Fields(key.line)
	}
	p.set, err = config.compile(a.catalog)
	bad(err)
	_, err = a.tables(config, nil, time.Time{})
	bad(err)
	p.wording, err = boilerplate(config)
	bad(err)
	bad(notify.Validate(config.Notify))
	bad(p.OIDC.problems())
	bad(p.vantagePoints())
	bad(a.outbound(p))
	if key.File != "" && (key.line != "" || len(key.Command) > 0) {
		bad(errors.New("serve: a master key comes from a file or from a command, not from both"))
	}
	if _, err := net.ResolveTCPAddr("tcp", p.Listen); err != nil {
		bad(fmt.Errorf("serve: listen: %w", err))
	}
	for _, s := range p.Proxies {
		prefix, err := netip.ParsePrefix(s)
		if err != nil {
			bad(fmt.Errorf("serve: proxies: %w", err))
			continue
		}
		p.proxies = append(p.proxies, prefix.Masked())
	}
	if host, _, err := net.SplitHostPort(p.Listen); err == nil {
		bad(p.reached(host))
	}
	for _, folder := range p.Watch {
		switch info, err := os.Stat(folder); {
		case err != nil:
			bad(fmt.Errorf("serve: watch: %w", err))
		case !info.IsDir():
			bad(fmt.Errorf("serve: watch: %s is not a folder", folder))
		}
	}
	p.store = storeFile{
		path: filepath.Join(p.Data, "daylight.db"), ledgers: p.Ledgers,
		key: key,
	}
	p.store.key.fallback(p.store.path)
	bad(p.written())
	if err := errors.Join(problems...); err != nil {
		return servePlan{}, usage("configuration:\n%w", err)
	}
	return p, nil
}

// daemon is everything that runs on one store.
type daemon struct {
	store    *sqlite.Store
	box      *intake.Box
	reader   *intake.Reader
	assessor *intake.Assessor
	work     func(context.Context) // reads and assesses
	console  *web.Server
	ways     *connect.Ways
	tracer   span.Tracer
	flush    func(context.Context) error // what was traced
	// wake names connectors that have something to read.
	wake  chan string
	clock *clock
	plan  servePlan
	// recorded is whether the audit log says by which settings it runs.
	recorded atomic.Bool
	// unmended is when the audit log was last found not to be mended, in milliseconds.
	unmended atomic.Int64
	found    atomic.Pointer[web.Checked] // by the last look at every kept row
}

// open makes or opens the store, and what works on it. address is where browsers
// reach the console.
func (a *app) open(ctx context.Context, p servePlan, address string, log *slog.Logger) (*daemon, error) {
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if _, err := os.Stat(p.store.path); err == nil {
		// A store that is there has its key: a new one could not open it.
		if _, err := p.store.key.read(ctx); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: %s opens with its own key alone; put it back there, or say by --master-key where it is", err, p.store.path)
		} else if err != nil {
			return nil, err
		}
	}
	key, made, err := p.store.key.readOrMake(ctx)
	if err != nil {
		return nil, err
	}
	if made {
		a.say("Made a master key in %s. Whoever has it and the store can read everything; without it, nobody can.\n", p.store.key.File)
	}
	tables, err := a.tables(p.config, nil, time.Time{})
	if err != nil {
		return nil, err
	}
	st, err := sqlite.Open(ctx, sqlite.Options{Path: p.store.path, Master: key, Ledgers: p.store.ledgers, Log: log})
	if errors.Is(err, store.ErrKey) {
		return nil, fmt.Errorf("%w: say by --master-key, or master_key of the configuration, where the key is that %s was made with", err, p.store.path)
	}
	if err != nil {
		return nil, err
	}
	provider, err := a.provider(ctx, p)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	tracer, flush, err := tracing(ctx, a.Env)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	points, err := p.vantageKey(ctx)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	ways := &connect.Ways{Store: st, Now: a.Now}
	look := &clock{now: a.Now, store: st}
	if err := look.load(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	s := &daemon{plan: p, clock: look, tracer: tracer, flush: flush, store: st, ways: ways, box: &intake.Box{Store: st, Now: a.Now}, wake: make(chan string, 16)}
	var hooks http.Handler
	if len(p.config.Connect.Hooks) > 0 {
		hooks = connect.Webhook(connect.HookOptions{Hooks: p.config.Connect.Hooks, Store: st, Sink: connect.Into(s.box), Now: a.Now, Log: log, Wake: s.wake, Ways: ways})
	}
	push := connect.SCIM(connect.SCIMOptions{Store: st, Sink: connect.Into(s.box), Address: address, Now: a.Now, Random: rand.Reader, Log: log, Ways: ways})
	s.console, err = web.New(web.Options{
		Store: st, Catalog: p.set.catalog, Policy: p.set.policy, Now: a.Now, Random: rand.Reader, Log: log,
		Address: address, Proxies: p.proxies, Intake: s.box, Progress: func() intake.Progress { return s.assessor.Progress() }, Hooks: hooks, SCIM: push, Ways: ways, Version: Version, Provider: provider, Tracer: tracer,
		Screeners: p.config.Company.Screening, Inside: p.config.Company.OwnChecks,
		Network: tables.Network, Vantage: p.Vantage, Vantages: p.Vantages, VantageKey: points, Doubt: look.doubt, Check: func() web.Checked { return s.checked() }, Outbox: notify.Due,
	})
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	told, err := p.config.Connect.Notices.Rule()
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	s.reader = &intake.Reader{Store: st, Tables: tables, Columns: p.config.Columns, Notices: told, Now: a.Now, Due: look.due, Log: log, Tracer: tracer}
	s.assessor = &intake.Assessor{
		Store: st, Opener: s.console, Now: a.Now, Due: look.due, Log: log, Tracer: tracer,
		Rules: func() (intake.Rules, error) {
			return intake.Rules{
				Catalog: p.set.catalog, Policy: p.set.policy, Company: p.set.company, Territories: p.set.territories,
				Boilerplate: p.wording, Tool: "daylight " + Version,
				Tables: func() (*enrich.Tables, error) { return a.tables(p.config, nil, time.Time{}) },
			}, nil
		},
	}
	s.work = intake.Workers(s.box, s.reader, s.assessor)
	return s, nil
}

// close signs what the audit log is, sends what was traced, and closes the store. What
// cannot be signed is signed when the service runs again.
func (s *daemon) close(ctx context.Context, now time.Time, log *slog.Logger) error {
	if err := audit.SealGrown(context.WithoutCancel(ctx), s.store, rand.Reader, now); err != nil {
		log.ErrorContext(ctx, "signing the audit log failed", slog.Any("error", err))
	}
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	_ = s.flush(over) // spans that reach nobody are no reason to fail
	return s.store.Close()
}

// How often what is over is removed, and how often it is asked whether a checkpoint
// is due.
const (
	sweepEvery = time.Hour
	tellEvery  = 5 * time.Second
	flushTime  = 3 * time.Second
	signEvery  = time.Minute
)

// serve runs the service until the context ends. first, if set, runs before the
// console can be reached.
func (a *app) serve(ctx context.Context, p servePlan, first func(context.Context, *daemon) error) (err error) {
	log := slog.New(slog.NewTextHandler(a.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", p.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen: %w: end the program that has the port, or name another by --listen", err)
	}
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close() //nolint:errcheck // Serve has closed it
	address := p.addressAt(listener.Addr().String())
	s, err := a.open(ctx, p, address, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(ctx, a.Now(), log)) }()
	if err := s.keepSettings(ctx, a.Now(), log); err != nil {
		return err
	}
	if first != nil {
		if err := first(ctx, s); err != nil {
			return err
		}
	}
	if err := s.store.View(ctx, audit.Intact); err != nil {
		log.ErrorContext(ctx, "the audit log was changed or is damaged: nothing that has to be recorded is shown or done; daylight audit verify says more", slog.Any("error", err))
	}
	invitations, err := s.invitations(ctx, p)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	var work sync.WaitGroup
	running, stop := context.WithCancel(ctx)
	defer stop()
	work.Go(func() {
		defer close(failed) // so that waiting for it a second time ends
		failed <- s.console.Serve(running, listener, web.Certificate{Cert: p.TLSCert, Key: p.TLSKey})
	})
	work.Go(func() { a.boundMemory(running) })
	if err := a.start(running, &work, s, p, address, log); err != nil {
		stop()
		work.Wait()
		return err
	}
	// Nobody may be reading; the service runs all the same.
	_, _ = fmt.Fprintf(a.Stdout, "The console is at %s\n%s", address, invitations)
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	a.say("Stopping.\n")
	stop()
	work.Wait()
	if err == nil {
		err = <-failed
	}
	return err
}

// guest is somebody who makes an account beside the first administrator.
type guest struct {
	who, mail string
	roles     []account.Role
}

// invitations makes the links by which the first accounts are made and says which is
// whose; "" once there is an account.
func (s *daemon) invitations(ctx context.Context, p servePlan) (string, error) {
	link, err := s.console.FirstAdmin(ctx, p.also...)
	if err != nil || link == "" {
		return "", err
	}
	if len(p.beside) == 0 {
		return fmt.Sprintf("Make the first administrator, once, within a day: %s\n", link), nil
	}
	var words strings.Builder
	fmt.Fprintf(&words, "%d accounts to make, each once by its link and in a browser window of its own:\n  you: who sets things up and sees everybody (administrator, HR, security)\n    %s\n", len(p.beside)+1, link)
	for _, g := range p.beside {
		if link, err = s.console.Invite(ctx, g.mail, g.roles...); err != nil {
			return "", err
		}
		fmt.Fprintf(&words, "  %s\n    %s\n", g.who, link)
	}
	return words.String(), nil
}

// freeListen returns a host and port that can be listened on: the one given, or any
// free port of the host if something else has it, which it says.
func (a *app) freeListen(ctx context.Context, want string) (string, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", want)
	if err == nil {
		return want, l.Close()
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return "", fmt.Errorf("listen: %w", err)
	}
	host, _, err := net.SplitHostPort(want)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	a.say("\nSomething else listens on %s, so the console takes a free port.\n", want)
	return net.JoinHostPort(host, "0"), nil
}

// start runs the workers until the context ends.
func (a *app) start(ctx context.Context, work *sync.WaitGroup, s *daemon, p servePlan, address string, log *slog.Logger) error {
	guard, err := a.guard(p.config.Connect.Allow)
	if err != nil {
		return err
	}
	work.Go(func() { s.work(ctx) })
	targets, err := withSecrets(ctx, p.config.Notify)
	if err != nil {
		return err
	}
	if len(targets) > 0 {
		var seed [32]byte
		if _, err := rand.Read(seed[:]); err != nil {
			return fmt.Errorf("draw a seed: %w", err)
		}
		o := notify.Options{
			Store: s.store, Targets: targets, Address: address, Client: guard.Client(), Dial: guard.Dial, Now: a.Now,
			Rand: spread.New(spread.NewChaCha8(seed)), //nolint:gosec // it spreads pauses and protects nothing
			Log:  log, Tool: "daylight " + Version, Tracer: s.tracer,
		}
		work.Go(func() {
			if err := notify.Run(ctx, o, tellEvery); err != nil {
				log.ErrorContext(ctx, "notifications stopped", slog.Any("error", err))
			}
		})
	}
	if err := s.ways.Only(ctx, configuredWays(p)...); err != nil {
		log.ErrorContext(ctx, "rows of ways in that are gone were not removed", slog.Any("error", err))
	}
	work.Go(func() { s.tellWays(ctx, log) })
	for _, folder := range p.Watch {
		w := &intake.Watcher{Folder: folder, Box: s.box, Log: log, Looked: func(received int, err error) { s.looked(folder, received, err) }}
		work.Go(func() {
			if err := w.Run(ctx); err != nil {
				log.ErrorContext(ctx, "a folder is not watched", slog.Any("error", err))
			}
		})
	}
	if len(p.config.Connect.Pull) > 0 {
		work.Go(func() {
			err := connect.Run(ctx, connect.Options{
				Config: p.config.Connect, Store: s.store, Sink: connect.Into(s.box), Client: guard.Client(), Now: a.Now, Random: rand.Reader, Log: log, Tracer: s.tracer, Wake: s.wake,
			})
			if err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "connectors stopped", slog.Any("error", err))
			}
		})
	}
	work.Go(func() { every(ctx, signEvery, true, func() { s.eachMinute(ctx, a.Now, log) }) })
	work.Go(func() { every(ctx, sweepEvery, false, func() { s.eachHour(ctx, a.Now, log) }) })
	return nil
}

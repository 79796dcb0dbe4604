// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"daylight/casework"
	"daylight/detect"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/policy"
	"daylight/record"
	"daylight/report"
	"daylight/sanctions"
	"daylight/span"
	"daylight/store"
	"daylight/weigh"
)

// Rules are what people are assessed by.
type Rules struct {
	Catalog []*detect.Indicator
	// Policy is the one of the configuration: one that was adopted goes before it.
	Policy      weigh.Policy
	Company     *detect.Company
	Territories []sanctions.Territory
	Boilerplate []pipeline.Wording
	// Tables returns reference data of its own for each assessment, to which the place
	// databases among what was received are added.
	Tables func() (*enrich.Tables, error)
	Tool   string // name and version
}

// Assessor keeps the assessments up to date. One runs at a time.
type Assessor struct {
	Store  store.Store
	Rules  func() (Rules, error) // those in force
	Opener Opener                // may be nil
	Now    func() time.Time
	// Due is the instant by which suppressions are over; nil is Now. It may be earlier,
	// while a clock that jumped ahead is not believed.
	Due func() time.Time
	Log *slog.Logger
	// Tracer, if set, gets a span of each time that everybody is assessed.
	Tracer span.Tracer

	mu       sync.Mutex
	progress Progress
	material material
	written  *assessed
	hashes   map[record.SubjectID]string // of those assessed before
	leases   leases
}

// Progress is what the assessor is doing.
type Progress struct {
	Running     bool
	Stage       string
	Done, Total int // in units of the stage
	Started     time.Time
	// Finished is when everybody was last assessed, Took how long it took and People
	// how many they were.
	Finished time.Time
	Took     time.Duration
	People   int
}

const (
	assessorName = "assessor"
	// settle is how long the assessor waits for more before it begins.
	settle = 200 * time.Millisecond
)

// longestSettle is how long the assessor waits at most before it begins though more
// comes without end, when the last assessment took so long: nine times that, so that
// nine tenths of the time are left to reading, but never more than ten minutes.
func longestSettle(took time.Duration) time.Duration {
	return min(max(2*time.Second, 9*took), 10*time.Minute)
}

// Progress returns what the assessor is doing.
func (a *Assessor) Progress() Progress {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.progress
}

func (a *Assessor) tell(stage string, done, total int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.progress.Stage, a.progress.Done, a.progress.Total = stage, done, total
}

// Settle waits until all that was received is read and nothing more came for a
// moment, or long enough.
func (a *Assessor) Settle(ctx context.Context) error {
	longest := longestSettle(a.Progress().Took)
	quiet := false
	for waited := time.Duration(0); waited < longest; waited += settle {
		n := 0
		if err := a.Store.View(ctx, func(r store.Reader) (err error) {
			n, _, err = r.Depth(store.Inbox)
			return err
		}); err != nil {
			return fmt.Errorf("look at the inbox: %w", err)
		}
		if n == 0 && quiet {
			return nil
		}
		quiet = n == 0
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settle):
		}
	}
	return nil
}

// Some assesses everybody if anything changed, and reports whether it did.
func (a *Assessor) Some(ctx context.Context) (bool, error) {
	if err := a.expire(ctx); err != nil {
		return false, fmt.Errorf("assess: %w", err)
	}
	now := a.Now()
	if err := a.leases.follow(ctx, a.Store, store.Dirty, now); err != nil {
		return false, fmt.Errorf("assess: %w", err)
	}
	jobs, err := a.Store.Claim(ctx, store.Dirty, assessorName, 1<<16, now, now.Add(lease))
	if err != nil {
		return false, fmt.Errorf("assess: %w", err)
	}
	if len(jobs) == 0 {
		return false, nil
	}
	s := span.Start(ctx, a.Tracer, "assess")
	s.Count("changes", len(jobs))
	err = a.round(ctx, jobs)
	if err == nil {
		s.Count("people", a.Progress().People)
	}
	s.End(span.Class(err))
	if err != nil {
		return false, fmt.Errorf("assess: %w", err)
	}
	return true, nil
}

// round assesses everybody and finishes the jobs that asked for it.
func (a *Assessor) round(ctx context.Context, jobs []store.Job) error {
	working, h := a.leases.hold(ctx, a.Store, a.Now, jobs)
	err := a.assess(working)
	if lost := h.end(); lost != nil {
		err = lost
	}
	if err != nil {
		return err
	}
	return a.Store.Update(ctx, func(w store.Writer) error {
		for _, job := range jobs {
			if err := w.Finish(job); err != nil {
				return err
			}
		}
		return nil
	})
}

// assess runs the stages over all that is kept and writes what changed.
func (a *Assessor) assess(ctx context.Context) error {
	start := a.Now()
	a.mu.Lock()
	a.progress.Running, a.progress.Started = true, start
	a.mu.Unlock()
	people, err := 0, error(nil)
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.progress.Running, a.progress.Stage = false, ""
		if err == nil {
			a.progress.Finished = a.Now()
			a.progress.Took, a.progress.People = a.progress.Finished.Sub(start), people
		}
	}()
	if a.hashes == nil {
		a.hashes = map[record.SubjectID]string{}
	}
	handles := NewHandles(ctx, a.Store)
	handles.hashes = a.hashes
	rules, all, err := a.gather(ctx, handles)
	if err != nil {
		return err
	}
	if err = handles.Err(); err != nil {
		return err
	}
	if a.written == nil {
		a.written = newAssessed(a.Store, a.Opener, a.Log)
	}
	who := slices.Collect(all.All())
	people = len(who)
	err = a.write(ctx, rules, all, who, start)
	return err
}

// write assesses everybody and writes what changed.
func (a *Assessor) write(ctx context.Context, rules Rules, all *pipeline.People, who []pipeline.Person, now time.Time) error {
	var suppressed map[string][]casework.Suppression
	err := a.Store.View(ctx, func(r store.Reader) (err error) {
		if suppressed, err = a.suppressed(r); err != nil {
			return err
		}
		a.written.aside, err = a.material.damage.aside(r)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for what is set aside: %w", err)
	}
	form := report.NewBuilder(all.AsOf(), all.Rings(), rules.Catalog)
	err = a.written.write(ctx, everybody{
		who: who, rings: form.Rings(),
		each: func(f func([]person) error) ([]report.Concern, error) {
			res, err := all.Assess(ctx, func(some []*pipeline.Subject) error {
				people := make([]person, len(some))
				var forming errgroup.Group
				forming.SetLimit(runtime.GOMAXPROCS(0))
				for i, s := range some {
					forming.Go(func() error {
						handle := string(s.View.Subject)
						if own := suppressed[handle]; len(own) > 0 {
							s.Assessment = casework.Without(rules.Policy, rules.Catalog, s.Assessment, own)
						}
						people[i] = person{handle: handle, of: s, subject: form.Subject(s), holders: a.material.holders(s)}
						return nil
					})
				}
				_ = forming.Wait() // it does not fail
				return f(people)
			})
			if err != nil {
				return nil, err
			}
			return report.Concerns(res.Concerns), nil
		},
	}, now)
	if err != nil {
		return err
	}
	if err := a.noteDamage(ctx, a.written.aside, now); err != nil {
		return fmt.Errorf("note what is set aside: %w", err)
	}
	return nil
}

// gather joins and links everybody. handles may be nil: people are then called what
// their sources call them.
func (a *Assessor) gather(ctx context.Context, handles *Handles) (Rules, *pipeline.People, error) {
	rules, o, kept, err := a.input(ctx)
	if err != nil {
		return rules, nil, err
	}
	o.Name = handles.Name
	all, err := pipeline.Gather(ctx, o, kept)
	return rules, all, err
}

// input is what is kept, and how people are assessed by it.
func (a *Assessor) input(ctx context.Context) (Rules, pipeline.Options, pipeline.Kept, error) {
	rules, err := a.Rules()
	if err != nil {
		return rules, pipeline.Options{}, pipeline.Kept{}, fmt.Errorf("read the rules: %w", err)
	}
	if err := a.Store.View(ctx, func(r store.Reader) (err error) {
		rules.Policy, err = policy.Rule(r, rules.Catalog, rules.Policy)
		return err
	}); err != nil {
		return rules, pipeline.Options{}, pipeline.Kept{}, fmt.Errorf("read the policy in force: %w", err)
	}
	tables, err := rules.Tables()
	if err != nil {
		return rules, pipeline.Options{}, pipeline.Kept{}, fmt.Errorf("open reference data: %w", err)
	}
	a.tell("load what is kept", 0, 0)
	kept, err := a.material.load(ctx, a.Store)
	if err != nil {
		return rules, pipeline.Options{}, pipeline.Kept{}, fmt.Errorf("load what is kept: %w", err)
	}
	return rules, pipeline.Options{
		Tables: tables, Catalog: rules.Catalog, Policy: rules.Policy, Company: rules.Company, Territories: rules.Territories,
		Boilerplate: rules.Boilerplate, Latest: a.Now(), Progress: a.tell, Log: a.Log,
	}, kept, nil
}

// Report assesses everybody and returns the report that a scan of all that was
// received would give, with the ids that sources give people.
func (a *Assessor) Report(ctx context.Context) (*report.Report, error) {
	rules, o, kept, err := a.input(ctx)
	if err != nil {
		return nil, err
	}
	res, err := pipeline.Assess(ctx, o, kept)
	if err != nil {
		return nil, err
	}
	return report.Build(res, rules.Policy, rules.Catalog, rules.Tool), nil
}

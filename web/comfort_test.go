// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestKeys goes about the console without a mouse.
func TestKeys(t *testing.T) {
	c := sampleConsole(t)
	w := c.windows(t, true)(account.Security)
	on := func(selector string) string { return "document.activeElement.matches(" + strconv.Quote(selector) + ")" }
	at := func(path string) string { return "location.pathname === " + strconv.Quote(path) }

	w.Open("/queue")
	handles := handles(t, c.as(account.Security).get("/queue"))
	row := func(i int) string { return on(`[data-row] a[href="/people/` + handles[i] + `"]`) }
	w.Keys("j")
	w.Until(row(0))
	w.Keys("jj")
	w.Until(row(2))
	w.Keys("k")
	w.Until(row(1))
	w.Keys("x")
	if n := w.Count("[data-row] input:checked"); n != 1 {
		t.Errorf("x ticked %d rows", n)
	}
	w.Keys("o")
	w.Until(at("/people/" + handles[1]))
	// Among what folds: open the first, and close it.
	w.Until(`document.readyState === "complete"`)
	w.Keys("j")
	w.Until(on("main .fold > summary"))
	w.Keys("o")
	w.Until(`document.activeElement.parentElement.open`)
	w.Keys("o")
	w.Until(`!document.activeElement.parentElement.open`)
	w.Keys("gp")
	w.Until(at("/people"))
	w.Until(`document.readyState === "complete"`)
	w.Keys("gq")
	w.Until(at("/queue"))
	w.Until(`document.readyState === "complete"`)
	w.Keys("?")
	w.Until(`document.querySelector("#keys:popover-open") && ` + on("#keys button"))
	w.Tick("Single keys work")
	w.Until(`localStorage.getItem("keys") === "off"`)
	w.Keys("\x1b")
	w.Until(`!document.querySelector("#keys:popover-open")`)
	w.Touch(`//h1`)
	w.Keys("j")
	if w.Count("[data-row] a:focus") != 0 {
		t.Error("keys work that were turned off")
	}
	// A letter that is typed is a letter.
	w.Open("/search")
	w.TypeAt(`//input[@type="search"]`, "jgq?x")
	w.Until(`document.querySelector("input[type=search]").value.endsWith("jgq?x") && location.pathname === "/search"`)
}

// TestKeyboardHelpNeedsNoScript: the help opens by its button.
func TestKeyboardHelpNeedsNoScript(t *testing.T) {
	c := sampleConsole(t)
	w := c.windows(t, false)(account.Security)
	w.Open("/queue")
	if w.Shows("#keys") {
		t.Error("the help is open")
	}
	w.Touch(`//button[.="Keyboard"]`)
	w.Until(`document.querySelector("#keys").checkVisibility()`)
	if w.Shows("#keys-on") {
		t.Error("a switch is shown that does nothing")
	}
}

// TestFormsSwap does with scripts and without what htmx makes comfortable: to select,
// sort and take cases, look at an explanation, write a note, and read a card. With
// scripts no page is loaded anew, what was unfolded stays so, and the focus is kept.
func TestFormsSwap(t *testing.T) {
	for name, scripts := range map[string]bool{"scripts": true, "no scripts": false} {
		t.Run(name, func(t *testing.T) {
			c := sampleConsole(t)
			of := c.aCase(t)
			w := c.windows(t, scripts)(account.Security)
			// A mark that is gone when a page is loaded.
			mark := func() { w.Until(`(document.body.dataset.mark = "yes") === "yes"`) }
			same := func(what string) {
				t.Helper()
				if w.Count("body[data-mark]") == 1 != scripts {
					t.Errorf("%s: scripts are %v, the page was loaded anew: %v", what, scripts, w.Count("body[data-mark]") == 0)
				}
			}

			w.Open("/queue")
			all := w.Count("[data-row]")
			mark()
			w.Choose("Stage", "worker")
			w.Press("Select")
			w.Until(`location.search.includes("stage=worker")`)
			same("to select")
			some := w.Count("[data-row]")
			if some == 0 || some >= all {
				t.Fatalf("%d of %d are workers", some, all)
			}
			w.Touch(`(//input[@name="person"])[1]`)
			w.PressAt(`//button[contains(.,"Take the selected")]`)
			w.Wants("1 case is yours now.")
			same("to take a case")
			if scripts {
				w.Until(`document.activeElement.id === "claimed"`)
			}
			if n := w.Count("[data-row]"); n != some {
				t.Errorf("after a claim %d are listed, want the %d of the selection", n, some)
			}

			w.Open("/cases/" + of.ID)
			left := w.Count(`input[name=looked]:not([checked])`)
			second := of.Evidence[1].Indicator
			w.Touch(`//summary[contains(.,` + strconv.Quote(of.Evidence[1].Title) + `)]`)
			mark()
			const first = `(//li[.//input[@name="looked" and not(@checked)]])[1]`
			w.Touch(first + "//summary")
			w.Touch(first + `//input[@name="looked"]`)
			w.TypeAt(first+"//select", "it does")
			w.TypeAt(first+`//input[@name="text"]`, "Asked.")
			w.PressAt(first + "//button")
			if n := w.Count(`input[name=looked]:not([checked])`); n != left-1 {
				t.Errorf("%d explanations are left, want %d", n, left-1)
			}
			same("to look at an explanation")
			if scripts {
				if !w.Shows(`[id="e-` + second + `"] p`) {
					t.Error("what was unfolded is folded again")
				}
				w.Until(`document.activeElement.matches("input[name=looked][checked]")`)
			}
			mark()
			w.Type("Add a note", "Spoke to the manager.")
			w.Press("Add it")
			w.Wants("Spoke to the manager.")
			same("to write a note")

			w.Open("/people/" + of.Matter.Subject + "?print=1")
			mark()
			if scripts {
				w.Touch(`(//a[starts-with(.,"About ")])[1]`)
				w.Until(`document.activeElement.id === "about"`)
			} else {
				w.FollowAt(`(//a[starts-with(.,"About ")])[1]`)
			}
			same("to read a card")
			w.Wants("The whole card of")
		})
	}
}

// TestRefusedFormIsTold: with htmx too, a form that is not accepted says why, where the
// reader is led.
func TestRefusedFormIsTold(t *testing.T) {
	c := sampleConsole(t)
	of := c.aCase(t)
	w := c.windows(t, true)(account.Security)
	w.Open("/cases/" + of.ID)
	const first = `(//li[.//input[@name="looked"]])[1]`
	w.Touch(first + "//summary")
	w.Touch(first + `//input[@name="looked"]`)
	w.TypeAt(first+"//select", "it does")
	w.PressAt(first + "//button") // without a word of what was looked at
	w.Wants("Not done.")
	w.Until(`document.activeElement.id === "problem"`)
}

// TestQueueByAge selects who has been waiting.
func TestQueueByAge(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	all := len(handles(t, sec.get("/queue")))
	for _, path := range []string{"/queue", "/people"} {
		if n := len(handles(t, sec.get(path+"?age=7").want(t, 200))); n != 0 {
			t.Errorf("%s lists %d who have waited a week", path, n)
		}
	}
	c.change(t, func(w store.Writer) error {
		for row, err := range w.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			row.Ints["since"] = start.AddDate(0, 0, -8).UnixMilli()
			if err := w.Put(store.Subjects, row); err != nil {
				return err
			}
		}
		return nil
	})
	if n := len(handles(t, sec.get("/queue?age=7").want(t, 200))); n != all {
		t.Errorf("%d have waited a week, want %d", n, all)
	}
	if n := len(handles(t, sec.get("/queue?age=30").want(t, 200))); n != 0 {
		t.Errorf("%d have waited a month", n)
	}
	kept := sec.post("/queue", "/queue/filters", url.Values{"name": {"old"}, "query": {"age=7&x=y"}}).want(t, 303)
	if to := kept.Header.Get("Location"); !strings.Contains(to, "age=7") || strings.Contains(to, "x=y") {
		t.Errorf("kept as %s", to)
	}
}

// TestQueueSaysWhatIsUnderWay: while changes are assessed, the list says so.
func TestQueueSaysWhatIsUnderWay(t *testing.T) {
	c := sampleConsole(t)
	sec := c.as(account.Security)
	sec.get("/queue").want(t, 200).page(t).In(t, "progress", htmlcheck.None())
	handle, _ := c.heaviest(t)
	c.change(t, func(w store.Writer) error { return w.Enqueue(store.Dirty, handle, c.now) })
	p := sec.get("/queue").want(t, 200).page(t)
	p.In(t, ".working", htmlcheck.Says("1 change is being assessed. The list may still change."))
	p.In(t, "progress[aria-label]", htmlcheck.Count(1))

	// Before anybody is assessed, nothing is said of who needs whom.
	c = newConsole(t)
	sec = c.as(account.Security)
	sec.get("/queue").want(t, 200).page(t).In(t, ".lead", htmlcheck.Says("No one needs you today."))
	c.change(t, func(w store.Writer) error { return w.Enqueue(store.Dirty, "p-0000000000", c.now) })
	sec.get("/queue").want(t, 200).page(t).In(t, ".lead", htmlcheck.Says("Nobody is assessed yet."))
}

// TestProgressAsksAgain: the line of progress says by itself that the work is done, and
// asking for it is not recorded as looking at the list.
func TestProgressAsksAgain(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	c.change(t, func(w store.Writer) error { return w.Enqueue(store.Dirty, handle, c.now) })
	w := c.windows(t, true)(account.Security)
	w.Open("/queue?state=escalate")
	w.Wants("1 change is being assessed")
	listed := len(c.acts(t, "queue.list"))
	jobs, err := c.Store.Claim(t.Context(), store.Dirty, "test", 1, c.now, c.now.Add(time.Minute))
	if err != nil || len(jobs) != 1 {
		t.Fatalf("claim: %d, %v", len(jobs), err)
	}
	c.change(t, func(w store.Writer) error { return w.Finish(jobs[0]) })
	w.Until(`document.querySelector("#work").textContent.includes("Everything is read and assessed")`)
	if w.Count("#work[hx-get], #work progress") != 0 {
		t.Error("it goes on asking")
	}
	if n := len(c.acts(t, "queue.list")); n != listed {
		t.Errorf("asking how far it is was recorded as looking at the list %d times", n-listed)
	}
	w.Follow("Show the queue as it is now")
	if w.Path() != "/queue" || w.Count("#work") != 0 {
		t.Errorf("the queue as it is now: %s", w.Path())
	}
}

// TestRecruitersReadNoDecibans: what recruiters see, pictures and what is folded included,
// says in words how strong evidence is.
func TestRecruitersReadNoDecibans(t *testing.T) {
	c := sampleConsole(t)
	rec := c.as(account.Recruiter)
	all := handles(t, rec.get("/queue"))
	if len(all) == 0 {
		t.Fatal("nobody is in the queue")
	}
	weight := regexp.MustCompile(`\ddB|\d dB|dB [↓↑]|[+−]\d+\.\d`)
	for _, path := range []string{"/queue", "/people", "/people/" + all[0]} {
		got := rec.get(path).want(t, 200)
		if found := weight.FindAllString(got.body, 3); found != nil {
			t.Errorf("%s says %q", path, found)
		}
		if !strings.Contains(got.body, "strong") {
			t.Errorf("%s does not say how strong the evidence is", path)
		}
		if path != "/people" && !weight.MatchString(c.as(account.Security).get(path).want(t, 200).body) {
			t.Errorf("%s hides the weights from security", path)
		}
	}
}

// TestFirstPage: each role begins where its work is.
func TestFirstPage(t *testing.T) {
	c := sampleConsole(t)
	for role, to := range map[account.Role]string{
		account.Recruiter: "/queue", account.HR: "/queue", account.Security: "/queue", account.Legal: "/queue",
		account.Auditor: "/audit", account.Administrator: "/sources",
	} {
		if got := c.as(role).get("/").Header.Get("Location"); got != to {
			t.Errorf("%s begins at %q, want %s", role, got, to)
		}
	}
}

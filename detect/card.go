// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"daylight/record"
)

// Card returns everything that is said about an indicator, as Markdown that is
// also meant to be read in a terminal.
func Card(ind *Indicator) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n**%s**\n\n%s\n\n", ind.ID, ind.Title, ind.Rationale)
	fmt.Fprintf(&b, "- family: %s\n- weights: %s\n", ind.Family, weights(ind))
	fmt.Fprintf(&b, "- why so much: %s\n", ind.Weighing)
	fmt.Fprintf(&b, "- needs: %s\n", ind.NeedWords())
	if checks := slices.Concat(ind.Asks, ind.Checks); len(checks) > 0 {
		fmt.Fprintf(&b, "- answered from: checks.csv, check %s\n", strings.Join(checks, ", "))
	}
	if ind.Lifecycle != Stable {
		fmt.Fprintf(&b, "- lifecycle: %s%s\n", ind.Lifecycle, map[Lifecycle]string{Experimental: ", shown and never weighed"}[ind.Lifecycle])
	}
	if ind.Observation != OwnObservation {
		fmt.Fprintf(&b, "- rests on: %s, which other indicators may rest on too\n", ind.Observation)
	}
	for _, w := range ind.Waivers {
		fmt.Fprintf(&b, "- never applies to: %s\n", w)
	}
	if ind.Reassuring {
		b.WriteString("- seeing it speaks for the person\n")
	}
	if ind.OneSided {
		b.WriteString("- not seeing it says nothing\n")
	}
	if ind.Framable {
		b.WriteString("- somebody else's own application can make it true of a person: findings like it count together as one source, and escalate nobody by themselves\n")
	}
	if ind.Habit {
		b.WriteString("- a habit of many honest people: it counts only beside two other families that speak for themselves, and not seeing it is no comfort\n")
	}
	if ind.Conclusive {
		b.WriteString("- conclusive when confirmed twice: a person looks, whatever the total\n")
	}
	heading := "What would explain it innocently"
	if ind.Present < 0 {
		heading = "To bear in mind"
	}
	section(&b, heading, ind.Innocent)
	if ind.Next != nil {
		fmt.Fprintf(&b, "\nWhat would settle it: you could %s%s.\n", ind.Next.Do, offeredTo(ind.Next.Stages))
	}
	for look, when := ind.Again, "Before anybody is escalated on it"; look != nil; look, when = look.Then, "If the same is said again" {
		fmt.Fprintf(&b, "\n%s: you could %s. If that answer speaks for the person, %d %% of the weight is left.\n", when, look.Do, look.Left)
	}
	parameters(&b, ind.Params())
	section(&b, "References", ind.References)
	return b.String()
}

// offeredTo words to whom a check is offered, unless that is everybody.
func offeredTo(stages []record.Stage) string {
	words := make([]string, len(stages))
	for i, s := range stages {
		words[i] = "a " + string(s)
	}
	if len(words) == 0 {
		return ""
	}
	return " (offered to " + strings.Join(words, " or ") + " only)"
}

func section(b *strings.Builder, heading string, items []string) {
	fmt.Fprintf(b, "\n%s:\n\n", heading)
	for _, s := range items {
		fmt.Fprintf(b, "- %s\n", s)
	}
}

func weights(ind *Indicator) string {
	present := fmt.Sprintf("up to %s when present", ind.Present)
	switch {
	case ind.OneSided:
		return present
	case ind.Absent == 0:
		return present + ", nothing when absent"
	}
	return fmt.Sprintf("%s, %s when absent", present, ind.Absent)
}

// NeedWords words which kinds of record the indicator needs: "person, and device or
// activity".
func (m Meta) NeedWords() string {
	var words []string
	for _, kinds := range m.Wants() {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = strings.ReplaceAll(string(k), "_", " ")
		}
		words = append(words, strings.Join(names, " or "))
	}
	if len(m.Either) > 0 && len(words) > 1 {
		words[len(words)-1] = "and " + words[len(words)-1]
	}
	return strings.Join(words, ", ")
}

// parameters lists the names, values and descriptions of an indicator's settings.
func parameters(b *strings.Builder, params any) {
	v := reflect.ValueOf(params)
	if v.NumField() == 0 {
		return
	}
	b.WriteString("\nSettings:\n\n")
	for f, x := range v.Fields() {
		value, err := json.Marshal(x.Interface())
		if err != nil { // a value that configuration could not hold either
			value = []byte("?")
		}
		fmt.Fprintf(b, "- `%s` = %s: %s%s\n", f.Tag.Get("json"), value, f.Tag.Get("doc"), between(f))
	}
}

// between words the bounds of a number.
func between(f reflect.StructField) string {
	if _, _, ok := Bounds(f); !ok {
		return ""
	}
	return " [" + f.Tag.Get("min") + " to " + f.Tag.Get("max") + "]"
}

// String words whom a waiver is for.
func (w Waiver) String() string {
	switch w {
	case Accommodated:
		return "a person with an accommodation"
	case AddressProtected:
		return "a person whose address or former name is protected"
	default:
		return "an unknown waiver"
	}
}

// WriteCatalogue writes the reference page of a catalogue as Markdown: a table
// of all indicators, each one's [Card], and the [Sources] they refer to.
func WriteCatalogue(w io.Writer, catalog []*Indicator) error {
	var b strings.Builder
	b.WriteString(catalogueHead)
	b.WriteString("| indicator | what is seen | family | present | absent |\n|---|---|---|---:|---:|\n")
	sorted := slices.SortedFunc(slices.Values(catalog), func(a, b *Indicator) int { return strings.Compare(a.ID, b.ID) })
	for _, ind := range sorted {
		present, absent := ind.Present.String(), "0"
		if ind.Absent != 0 {
			absent = ind.Absent.String()
		}
		if ind.Lifecycle == Experimental {
			present += " (experimental)"
		}
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s | %s |\n", ind.ID, strings.ReplaceAll(ind.ID, ".", ""), ind.Title, ind.Family, present, absent)
	}
	for _, ind := range sorted {
		b.WriteString("\n" + Card(ind))
	}
	b.WriteString("\n## Sources\n\n\"method §\" is a section of [method.md](method.md). The other keys:\n\n")
	for _, s := range Sources() {
		fmt.Fprintf(&b, "- **%s**: %s\n", s.Key, s.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const catalogueHead = `# What Daylight looks for

<!-- Generated from the indicators themselves; "go test ./detect/indicators -update" rewrites it. -->

An indicator looks at one thing and answers *present*, *absent* or *unknown*. Unknown counts for nothing, either way. A weight in decibels (dB) says how the answer moves the odds that a profile is not one real, consistent person: +10 dB makes them ten times higher, +3 dB twice as high, and a negative weight lowers them. One that is experimental is shown and never weighed: its weights are what it would count. Indicators of one family share a cause and count less together than one by one.

No indicator reads a name, an origin, a language, a face or an age, and none decides about anyone. Each has ordinary explanations, and they are listed first to be checked first.

`

// SPDX-License-Identifier: Apache-2.0

package detecttest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"daylight/link"
	"daylight/record"
)

// unknownWords says which closed fields of a case hold a word that no input can
// bring: see [record.Words].
func unknownWords(c Case) (problems []string) {
	words := record.Words()
	check := func(field, word string) {
		if list, closed := words[field]; closed && word != "" && !slices.Contains(list, word) {
			problems = append(problems, fmt.Sprintf("%s is %q, not one of %s", field, word, strings.Join(list, ", ")))
		}
	}
	for _, r := range c.Records {
		body := reflect.ValueOf(r.Body)
		for f, v := range body.Fields() {
			if v.Kind() == reflect.String {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				check(strings.ToLower(body.Type().Name())+"."+name, v.String())
			}
		}
	}
	v := reflect.ValueOf(c)
	walk(v, func(s record.Stage) { check("stage", string(s)) })
	walk(v, func(k record.RelationKind) { check("relation", string(k)) })
	walk(v, func(t record.IdentifierType) { check("identifier", string(t)) })
	walk(v, func(e link.Edge) { check("outcome.outcome", e.OtherOutcome) })
	return problems
}

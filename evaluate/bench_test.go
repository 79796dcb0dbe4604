// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"daylight/detect"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// BenchmarkMeasure measures 20,000 people with 150 indicators, of which each
// person has 60 answers that weigh.
func BenchmarkMeasure(b *testing.B) {
	const people, all, answered = 20_000, 150, 60
	rng := rand.New(rand.NewPCG(1, 2))
	// As in the catalogue, a few observations stand behind two families each.
	shared := map[detect.Family]detect.Observation{
		detect.Network: detect.SignInAddress, detect.Device: detect.SignInAddress, detect.Contact: detect.HomeAddress, detect.Logistics: detect.HomeAddress,
	}
	var indicators []*detect.Indicator
	for i := range all {
		family := detect.Families[i%len(detect.Families)]
		observation := detect.OwnObservation
		if i < all/3 {
			observation = shared[family]
		}
		indicators = append(indicators, detect.Define(detect.Meta{
			ID: fmt.Sprintf("x.%03d", i), Title: "x", Lifecycle: detect.Stable, Family: family,
			Observation: observation, Present: record.Weight(10 + i), Absent: -record.Weight(1 + i%20),
		}, struct{}{}, func(*detect.Pass, struct{}) {}))
	}
	policy := weigh.DefaultPolicy()
	res, truth := &pipeline.Result{}, &Truth{}
	for i := range people {
		deceptive := i%50 == 0
		v := &detect.View{Subject: record.SubjectID(fmt.Sprint(i)), Stage: record.Worker}
		var findings []detect.Finding
		for at, j := range rng.Perm(all) {
			f := detect.Finding{Indicator: indicators[j].ID, Outcome: detect.Unknown}
			if at < answered {
				f.Outcome = detect.Absent
				if rng.IntN(100) < 2 || deceptive && rng.IntN(100) < 10 {
					f.Outcome, f.Strength = detect.Present, 100
				}
			}
			findings = append(findings, f)
		}
		res.Subjects = append(res.Subjects, &pipeline.Subject{View: v, Ring: -1, Assessment: weigh.Assess(policy, indicators, v, findings)})
		p := Person{ID: fmt.Sprint(i), Deceptive: deceptive}
		if !deceptive {
			p.Groups = []string{fmt.Sprintf("g-%d", i%20)}
		}
		truth.People = append(truth.People, p)
	}
	for b.Loop() {
		if _, err := Measure(b.Context(), res, indicators, policy, truth, Options{Fairness: true}); err != nil {
			b.Fatal(err)
		}
	}
}

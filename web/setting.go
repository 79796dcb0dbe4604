// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strconv"
	"strings"

	"daylight/policy"
)

// settingWords say what a setting of a policy file sets.
var settingWords = map[string]string{
	"prior.applicant":                  "Applicants assumed to be somebody else than they say",
	"prior.worker":                     "Workers assumed to be somebody else than they say",
	"thresholds.follow_up_family_db":   "Follow up: one family says more than",
	"thresholds.follow_up_toward_db":   "Follow up: all families together say more than",
	"thresholds.follow_up_probability": "Follow up: from a probability of",
	"thresholds.escalate_probability":  "Escalate: from a probability of",
	"thresholds.escalate_families":     "Escalate: families that have to agree",
	"thresholds.escalate_family_db":    "Escalate: each of them says at least",
	"thresholds.minimum_answers":       "Clear: answers of one family that weigh something, at least",
	"scale.slope_percent":              "How much of the evidence counts for the probability",
	"scale.intercept_db":               "What is added to the evidence for the probability",
}

// settingView is one setting that differs, in words and with its unit.
type settingView struct{ Name, Words, Old, New string }

func newSetting(s policy.Setting) settingView {
	v := settingView{Name: s.Name, Words: settingWords[s.Name]}
	of := func(n float64) string {
		plain := strconv.FormatFloat(n, 'g', 4, 64)
		switch {
		case strings.HasSuffix(s.Name, "_db"):
			return strings.Replace(plain, "-", "−", 1) + " dB"
		case strings.HasSuffix(s.Name, "_percent"):
			return plain + " %"
		case strings.HasPrefix(s.Name, "prior.") || strings.HasSuffix(s.Name, "_probability"):
			return strconv.FormatFloat(100*n, 'g', 4, 64) + " %"
		}
		return plain
	}
	v.Old, v.New = of(s.Old), of(s.New)
	return v
}

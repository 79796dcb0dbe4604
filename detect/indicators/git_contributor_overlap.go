// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type gitContributorOverlapParams struct {
	One         int `json:"one" doc:"percent of the weight when one source has found it and no other has; a starting value" min:"1" max:"100"`
	Commits     int `json:"commits" doc:"percent of the weight when the commits of repositories show it; a starting value" min:"1" max:"100"`
	Contributed int `json:"contributed" doc:"people with a confirmed case among the contributors that it takes; (from the row of the catalogue: 2)" min:"1" max:"20"`
	Authors     int `json:"authors" doc:"contributors beyond which a repository is a project that many share; a starting value" min:"2" max:"1000"`
}

var gitContributorOverlap = detect.Define(detect.Meta{
	ID:        "app.git_contributor_overlap",
	Title:     "Contributors of the person's repositories are accounts of confirmed cases",
	Rationale: "Accounts that are run together lend each other commits and reviews, so that each looks like a team's member.",
	Innocent: []string{
		"a popular project to which very many contribute",
		"a course, a bootcamp or a former team in common",
		"a maintainer who accepts changes from anybody",
	},
	References: []string{"SEAL"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Framable:   true, // anybody can write somebody else's address into a commit
	Either:     []record.Kind{record.KindCode, record.KindCheck},
	Asks:       []string{"contributors_confirmed"},
	Present:    60,
	Absent:     0,
	Weighing:   "Four times likelier with two or more such contributors in small repositories, seen by two reviewers; one reviewer, or the commits of the repositories themselves, counts three fifths. Most people have none, and so do most invented histories: that says nothing.",
}, gitContributorOverlapParams{One: 60, Commits: 60, Contributed: 2, Authors: 10}, func(p *detect.Pass, cfg gitContributorOverlapParams) {
	a := attestation{
		check: "contributors_confirmed",
		found: "two or more contributors of the person's repositories are accounts of confirmed cases",
		clear: "no two contributors of the person's repositories are accounts of confirmed cases",
	}
	if attestFirst(p, cfg.One, a) {
		return
	}
	others, cite := confirmedContributors(p, cfg.Authors)
	if len(others) < cfg.Contributed {
		p.Unknown("nobody has answered whether %s, and the repositories on record do not show it", a.found)
		return
	}
	p.Relate(others...)
	p.Report(cfg.Commits, cite, "Small repositories in which the person committed before any work here also have commits of %s, whose cases people confirmed.", list(others))
})

// confirmedContributors returns who of those whose cases were confirmed committed to
// the person's repositories, and where. What somebody wrote after the hire is the
// company's, and a repository of many says nothing.
func confirmedContributors(p *detect.Pass, most int) (others []record.SubjectID, cite []record.Citation) {
	if p.Company == nil {
		return nil, nil
	}
	hired, worker := p.HiredAt()
	for r, c := range detect.Each[record.CodeHistory](p.View) {
		if c.Repository == "" || c.Commits == 0 || c.Authors == 0 || c.Authors > most || worker && !c.FirstCommit.Before(hired) {
			continue
		}
		for _, by := range p.Company.Contributions {
			if by.Repository == c.Repository && by.By != p.Subject {
				others, cite = append(others, by.By), append(cite, r.Cite(), by.Cite)
			}
		}
	}
	slices.Sort(others)
	return slices.Compact(others), cite
}

// SPDX-License-Identifier: Apache-2.0

package document

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"daylight/record"
)

const (
	maxJobs    = 60
	maxHeading = 12 // words of a line that names an employer or a title
)

var (
	bullet    = regexp.MustCompile(`^\s*(?:[•·▪◦‣●○■□➢➤✓✔*–—\x{f0b7}\x{2013}-]|\d{1,2}[.)])\s+`)
	splitter  = regexp.MustCompile(`\s{2,}|\t|\s+[|•·–—/@-]\s+|[|•·]|,\s+|\s+(?:at|bei|chez|en)\s+|\s*[()]\s*`)
	roleWord  = regexp.MustCompile(`(?i)\b(?:engineers?|engineering|developer|programmer|architect|administrator|admin|analyst|scientist|designer|manager|director|consultant|specialist|technician|intern|internship|trainee|lead|leader|head|officer|founder|co-founder|cto|ceo|coo|cio|vp|president|researcher|assistant|associate|teacher|tutor|lecturer|professor|coordinator|freelancer?|contractor|tester|qa|sre|devops|owner|master|writer|editor|representative|support|advisor|partner|principal|staff|member|fellow|apprentice|operator|accountant|recruiter|entwickler(?:in)?|ingenieur(?:in)?|leiter(?:in)?|développeu[rs]e?|ingénieure?|chef|stagiaire|desarrollador[a]?|ingenier[oa]|analista|gerente|desenvolvedor[a]?|engenheir[oa]|sviluppatore|programista|inżynier|разработчик|инженер|розробник|mühendisi?|geliştirici)\b|工程师|開発者|エンジニア|개발자`)
	legalForm = regexp.MustCompile(`(?i)^(?:ltd|inc|llc|llp|gmbh|corp|co|plc|s\.?a|ag|b\.?v|pty|pte|s\.?r\.?l|kk|oy|ab|as|srl|limited|company|lp|kg)\.?,?$`)
	workMode  = regexp.MustCompile(`(?i)^(?:remote|hybrid|on-?site|full[\s-]?time|part[\s-]?time|contract|contractor|freelance|permanent|temporary|internship|self[\s-]?employed)\.?$`)
)

// findJobs reads the jobs of the experience sections: each begins at a line
// with exactly one range of dates that is not a bullet. The bodies are the
// lines that follow, up to the next. A job whose employer cannot be told is left
// out.
func findJobs(secs []section) ([]record.Job, [][]Line) {
	var jobs []record.Job
	var bodies [][]Line
	for _, s := range secs {
		if s.kind != experience {
			continue
		}
		starts, periods := jobStarts(s.lines)
		for n, i := range starts {
			if len(jobs) == maxJobs {
				return jobs, bodies
			}
			end := len(s.lines)
			if n+1 < len(starts) {
				end = starts[n+1]
			}
			job, ok := readJob(s.lines, i, periods[n])
			if !ok {
				continue
			}
			job.FullTime = job.FullTime || slices.ContainsFunc(s.lines[i:end], func(l Line) bool { return bodySaysFullTime(l.Text.Reveal()) })
			jobs = append(jobs, job)
			bodies = append(bodies, s.lines[i:end])
		}
	}
	return jobs, bodies
}

func jobStarts(lines []Line) (starts []int, periods []period) {
	for i, l := range lines {
		text := l.Text.Reveal()
		if bullet.MatchString(text) {
			continue
		}
		p, ok := periodOf(text)
		if !ok {
			continue
		}
		rest := text[:p.at] + "  " + text[p.end:]
		if len(strings.Fields(rest)) > maxHeading+4 || len(dates(rest)) > 0 {
			continue
		}
		starts = append(starts, i)
		periods = append(periods, p)
	}
	return starts, periods
}

// readJob names the employer and the title of the job whose dates stand in line
// i. Layouts differ: both may stand beside the dates, or one of them there and
// the other above or below, or both above or below.
func readJob(lines []Line, i int, p period) (record.Job, bool) {
	text := lines[i].Text.Reveal()
	own := parts(text[:p.at] + "  " + text[p.end:])
	title, employer := splitRole(own)
	above, below := neighbour(lines, i, -1), neighbour(lines, i, +1)
	switch {
	case title != "" && employer != "":
	case title != "":
		// The other line is the employer's if it is no title itself.
		employer = plainPart(above)
		if employer == "" {
			employer = plainPart(below)
		}
	case employer != "":
		if title, _ = splitRole(below); title == "" {
			title, _ = splitRole(above)
		}
	default: // the dates stand alone
		title, employer = splitRole(above)
		if title == "" || employer == "" {
			up := neighbour(lines, i-1, -1)
			if title != "" && len(above) > 0 {
				employer = plainPart(up)
			} else if employer != "" {
				title, _ = splitRole(up)
			}
		}
		if title == "" || employer == "" {
			title, employer = splitRole(below)
			if title != "" && employer == "" {
				employer = plainPart(neighbour(lines, i+1, +1))
			} else if employer != "" && title == "" {
				title, _ = splitRole(neighbour(lines, i+1, +1))
			}
		}
	}
	job := record.Job{
		Employer: record.Redacted(employer), Title: title,
		From: p.from, To: p.to, Current: p.current,
		FullTime: saysFullTime(text) || saysFullTime(strings.Join(above, " ")),
		Where:    locate(lines[i], lines[i]),
	}
	return job, employer != "" && (title != "" || len(own) > 0)
}

// neighbour returns the parts of the line next to line i if it can name an
// employer or a title: short, no bullet, no dates, no sentence.
func neighbour(lines []Line, i, step int) []string {
	i += step
	if i < 0 || i >= len(lines) {
		return nil
	}
	text := lines[i].Text.Reveal()
	if bullet.MatchString(text) || len(strings.Fields(text)) > maxHeading || len(dates(text)) > 0 || isContact(text) {
		return nil
	}
	trimmed := strings.TrimSpace(text)
	if r, _ := utf8.DecodeRuneInString(trimmed); unicode.IsLower(r) {
		return nil
	}
	if strings.HasSuffix(trimmed, ".") && len(strings.Fields(trimmed)) > 6 {
		return nil
	}
	return parts(text)
}

// parts splits a heading line into what stands between separators, without
// places of work such as "Remote".
func parts(line string) []string {
	var out []string
	for _, p := range splitter.Split(line, 16) {
		p = strings.Trim(p, " \t,;:|•·–—-()[]{}")
		switch {
		case p == "" || workMode.MatchString(p) || len(dates(p)) > 0:
		case legalForm.MatchString(p) && len(out) > 0:
			out[len(out)-1] += " " + p
		case utf8.RuneCountInString(p) > 80 || !strings.ContainsFunc(p, unicode.IsLetter):
		default:
			out = append(out, p)
		}
	}
	return out
}

// splitRole tells the title from the employer among parts: the title has a word
// that names a role; the employer is the part after it, or else the one before.
func splitRole(ps []string) (title, employer string) {
	at := -1
	for i, p := range ps {
		if roleWord.MatchString(p) {
			title, at = p, i
			break
		}
	}
	switch {
	case at < 0 && len(ps) > 0:
		employer = ps[0]
	case at > 0:
		employer = ps[0]
	case at == 0 && len(ps) > 1 && !roleWord.MatchString(ps[1]):
		employer = ps[1]
	}
	return title, employer
}

// plainPart returns the first part, if no part names a role.
func plainPart(ps []string) string {
	if title, employer := splitRole(ps); title == "" {
		return employer
	}
	return ""
}

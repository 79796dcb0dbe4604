// SPDX-License-Identifier: Apache-2.0

package document

import (
	"regexp"
	"slices"
	"strings"

	"daylight/record"
)

// Resume returns the structure of the document as a record: contact details as
// written, jobs, skills and claims. What is not clear is left out.
func (d *Document) Resume() record.Resume {
	r := record.Resume{Digest: d.Digest, Format: string(d.Format), Pages: d.Pages, Provenance: d.Provenance}
	text := d.Text()
	r.Words, r.OddWords = text.Len(), text.OddWords()
	d.contacts(&r)
	lines := forStructure(d.Lines)
	secs := sections(lines)
	if d.structured != nil {
		r.Jobs = slices.Clone(d.structured.Jobs)
		r.Skills = slices.Clone(d.structured.Skills)
		r.Claims = sinceClaims(lines)
	} else {
		jobs, bodies := findJobs(secs)
		r.Jobs = jobs
		r.Skills = findSkills(secs)
		r.Claims = append(sinceClaims(lines), jobClaims(jobs, bodies)...)
	}
	for i, s := range r.Skills {
		r.Skills[i] = strings.ToLower(strings.TrimSpace(s))
	}
	slices.Sort(r.Skills)
	r.Skills = slices.Compact(slices.DeleteFunc(r.Skills, func(s string) bool { return s == "" }))
	r.Claims = uniqueClaims(r.Claims)
	return r
}

var (
	emailPattern = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}`)
	phoneStart   = regexp.MustCompile(`(?:^|[\s:,;|/•·])(\+|\(\+|\(?\d)`)
	phoneLabel   = regexp.MustCompile(`(?i)(?:phone|tel|mobile|mob|cell|whatsapp|telefon|móvil|portable|handy|☎|📞|📱|\b[tmp])\s*[.:)]*\s*$`)
	urlPattern   = regexp.MustCompile(`(?i)(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,12}/[^\s|,;<>()"'•·]+`)
)

// profileHosts are sites on which a path names one person. The value is how
// many segments of path a profile has.
var profileHosts = map[string]int{
	"linkedin.com/in": 2, "linkedin.com/pub": 2, "xing.com/profile": 2,
	"github.com": 1, "gitlab.com": 1, "bitbucket.org": 1, "codeberg.org": 1,
	"stackoverflow.com/users": 3, "twitter.com": 1, "x.com": 1, "medium.com": 1, "dev.to": 1,
	"kaggle.com": 1, "behance.net": 1, "dribbble.com": 1, "leetcode.com": 1, "hackerrank.com": 1,
	"upwork.com/freelancers": 2, "freelancer.com/u": 2, "t.me": 1, "huggingface.co": 1, "orcid.org": 1,
	"facebook.com": 1, "vk.com": 1, "npmjs.com": 1, "codepen.io": 1,
}

// maxContacts bounds each list of contact details.
const maxContacts = 20

// contacts collects contact details up to a section of references, whose
// contact details are other people's.
func (d *Document) contacts(r *record.Resume) {
	emails, phones, profiles := set{}, set{}, set{}
	for i, l := range forStructure(d.Lines) {
		text := Visible(l.Text.Reveal())
		if kind, ok := heading(text); ok && kind == referees {
			break
		}
		for _, m := range emailPattern.FindAllString(text, maxContacts) {
			emails.add(strings.Trim(m, ".'-"))
		}
		taken := 0 // end of the last number
		for _, m := range phoneStart.FindAllStringSubmatchIndex(text, maxContacts) {
			at := m[2]
			if at < taken {
				continue
			}
			n := phoneAt(text[at:])
			if n == 0 || strings.Contains(text[max(0, at-30):at], "@") && !strings.ContainsAny(text[max(0, at-3):at], " |") {
				continue
			}
			taken = at + n
			number := text[at:taken]
			certain := number[0] == '+' || number[0] == '(' || phoneLabel.MatchString(text[:at])
			if certain || i < 15 && strings.ContainsAny(number, " -.)") {
				phones.add(number)
			}
		}
		for _, m := range urlPattern.FindAllString(text, maxContacts) {
			if isProfile(m) {
				profiles.add(strings.TrimRight(m, "./"))
			}
		}
	}
	for _, l := range d.Links {
		link := l.Reveal()
		switch {
		case hasPrefixFold(link, "mailto:"):
			if m := emailPattern.FindString(link); m != "" && len(emails) < 3 {
				emails.add(m)
			}
		case hasPrefixFold(link, "tel:"):
			phones.add(link[len("tel:"):])
		case isProfile(link):
			profiles.add(strings.TrimRight(link, "/"))
		}
	}
	r.Emails, r.Phones, r.Profiles = emails.sorted(), phones.sorted(), profiles.sorted()
}

// isProfile reports whether a URL names one person on a known site.
func isProfile(url string) bool {
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	url, _, _ = strings.Cut(strings.TrimRight(url, "./"), "?")
	parts := strings.Split(url, "/")
	host := strings.TrimPrefix(strings.ToLower(parts[0]), "www.")
	if i := strings.LastIndex(host, "linkedin.com"); i > 0 {
		host = host[i:] // country hosts
	}
	segments := len(parts) - 1
	if n, ok := profileHosts[host]; ok {
		return segments == n
	}
	if segments < 2 {
		return false
	}
	n, ok := profileHosts[host+"/"+strings.ToLower(parts[1])]
	return ok && segments >= 2 && segments <= n
}

// set keeps personal values once each.
type set map[string]bool

func (s set) add(v string) {
	if len(s) < maxContacts && len(v) <= 254 {
		s[v] = true
	}
}

func (s set) sorted() []record.Redacted {
	var out []record.Redacted
	for v := range s {
		out = append(out, record.Redacted(v))
	}
	slices.Sort(out)
	return out
}

// addLink keeps the target of a hyperlink.
func (d *Document) addLink(url string) {
	url = strings.TrimSpace(url)
	if url == "" || url[0] == '#' || len(url) > 2048 || len(d.Links) >= 500 || slices.Contains(d.Links, record.Redacted(url)) {
		return
	}
	d.Links = append(d.Links, record.Redacted(url))
}

// The sections that matter here.
type sectionKind int

const (
	preamble sectionKind = iota
	experience
	skillList
	referees
	projects // what a person did outside of employment
	elsewhere
)

type section struct {
	kind  sectionKind
	lines []Line
}

// heading reports whether a line is a section's heading, and which.
func heading(line string) (sectionKind, bool) {
	line = strings.Trim(line, " \t:#*-–—=_|•·.")
	if len(line) < 3 || len(line) > 60 || strings.ContainsAny(line, ",;@0123456789") {
		return 0, false
	}
	folded := strings.Join(strings.Fields(strings.ToLower(line)), " ")
	if k, ok := sectionNames[folded]; ok {
		return k, true
	}
	// Letter-spaced capitals: "E X P E R I E N C E".
	if words := strings.Fields(folded); len(words) >= 5 && len(folded) == 2*len(words)-1 {
		k, ok := sectionNames[strings.Join(words, "")]
		return k, ok
	}
	return 0, false
}

var sectionNames = func() map[string]sectionKind {
	m := map[string]sectionKind{}
	for kind, names := range map[sectionKind]string{
		experience: `experience|work experience|professional experience|employment|employment history|work history|career history|
			career|relevant experience|professional background|professional history|work|industry experience|experience & employment|
			employment experience|professional experiences|work experiences|career summary and experience|technical experience|
			berufserfahrung|beruflicher werdegang|praxiserfahrung|expérience|expériences|expérience professionnelle|expériences professionnelles|
			experiencia|experiencia laboral|experiencia profesional|experiência|experiência profissional|esperienza|esperienze|
			esperienza lavorativa|esperienze lavorative|esperienza professionale|werkervaring|doświadczenie|doświadczenie zawodowe|
			опыт работы|досвід роботи|iş deneyimi|职业经历|工作经历|職歴|職務経歴|경력`,
		skillList: `skills|technical skills|key skills|core skills|skill set|skillset|technologies|technology|tech stack|technical expertise|
			core competencies|competencies|expertise|areas of expertise|tools|tools & technologies|tools and technologies|
			skills & technologies|skills and technologies|programming languages|technical proficiencies|technical summary|skills summary|
			professional skills|skills & tools|skills and tools|technical knowledge|hard skills|it skills|computer skills|stack|
			kenntnisse|fähigkeiten|it-kenntnisse|compétences|compétences techniques|habilidades|competencias|conocimientos|
			habilidades técnicas|competências|competenze|competenze tecniche|vaardigheden|umiejętności|навыки|навички|yetenekler|
			技能|专业技能|スキル|기술`,
		referees: `references|referees|professional references|referenzen|références|referencias|referências|referenze`,
		elsewhere: `education|academic background|academic history|education & training|education and training|training|qualifications|
			academic qualifications|summary|professional summary|profile|about|about me|objective|career objective|executive summary|
			personal profile|personal statement|publications|presentations|presentation|talks|writing|patents|certifications|certificates|
			certification|licenses & certifications|awards|honors|honours|honors & awards|awards and honors|program committees|interests|
			hobbies|hobbies and interests|languages|courses|coursework|contact|contacts|personal details|personal information|
			additional information|memberships|military service|declaration|
			ausbildung|bildung|studium|sprachen|interessen|profil|formation|éducation|langues|centres d'intérêt|
			educación|formación|formación académica|idiomas|perfil|educação|formação|formação acadêmica|istruzione|
			formazione|lingue|profilo|opleiding|opleidingen|talen|wykształcenie|języki|
			образование|языки|освіта|eğitim|diller|教育经历|教育背景|学歴|学力|학력`,
		projects: `projects|personal projects|side projects|selected projects|key projects|open source|open source projects|achievements|
			accomplishments|volunteering|volunteer|volunteer experience|volunteer work|community|extracurricular activity|
			extracurricular activities|activities|leadership|research|teaching|
			projekte|projets|proyectos|projetos|progetti|projecten|projekty|проекты`,
	} {
		for n := range strings.SplitSeq(names, "|") {
			m[strings.TrimSpace(n)] = kind
		}
	}
	return m
}()

// sections splits a document at its headings.
func sections(lines []Line) []section {
	secs := []section{{kind: preamble}}
	for _, l := range lines {
		if kind, ok := heading(l.Text.Reveal()); ok {
			secs = append(secs, section{kind: kind})
			continue
		}
		last := &secs[len(secs)-1]
		last.lines = append(last.lines, l)
	}
	return secs
}

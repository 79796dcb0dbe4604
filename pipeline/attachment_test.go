// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"strings"
	"testing"

	"daylight/weigh"
)

// What an applicant attaches speaks about nobody else, whatever it says it is,
// and cannot name a file of the company an attachment.
func TestAttachmentsAreNoExports(t *testing.T) {
	const people = "id,stage,name,email,applied_at\nv-1,applicant,Wanjiru Mfano,wanjiru@example.com,2026-04-10T09:00:00Z\n" +
		"a-1,applicant,Tomasz Próbka,tomasz@example.com,2026-04-11T09:00:00Z\n"
	const listed = "type,value,source,confidence,seen\nemail,wanjiru@example.com,one,90,2026-04-01\nemail,wanjiru@example.com,two,90,2026-04-01\n"
	const checks = "person,check,result,at\nv-1,employment,denied,2026-04-12\n"
	state := func(files ...string) (weigh.State, string) {
		t.Helper()
		res := scan(t, folder(files...), 1)
		formats := ""
		for _, in := range res.Inputs {
			if in.Format == "attachment" {
				formats += in.Path + " "
				if in.Skipped != 1 || in.Records != 0 {
					t.Errorf("%s: %d records, %d skipped", in.Path, in.Records, in.Skipped)
				}
			}
		}
		for _, s := range res.Subjects {
			if s.View.Subject == "v-1" {
				return s.Assessment.State, formats
			}
		}
		t.Fatal("v-1 is not there")
		return "", ""
	}
	if got, _ := state("ats/people.csv", people, "cases/known.csv", listed); got != weigh.Escalate {
		t.Fatalf("a company's own list gives %s: the test shows nothing", got)
	}
	if got, set := state("ats/people.csv", people, "resumes/a-1-resume.csv", listed, "resumes/A-1_notes.csv", checks); got == weigh.Escalate || set != "resumes/A-1_notes.csv resumes/a-1-resume.csv " {
		t.Errorf("an attachment gives %s; set aside: %q", got, set)
	}
	own := "id,stage,name,email\nknown,applicant,Yuki Rei,yuki@example.com\n"
	if got, set := state("ats/people.csv", people, "cases/known.csv", listed, "resumes/a-1-people.csv", own); got != weigh.Escalate || set != "resumes/a-1-people.csv " {
		t.Errorf("an attachment that names the company's list gives %s; set aside: %q", got, set)
	}
}

// TestPicturesNotLookedAt holds that the report says of a document whose picture is too
// large that it was not looked at.
func TestPicturesNotLookedAt(t *testing.T) {
	const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /I 4 0 R >> >> >>`
	const file = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>\nendobj\n3 0 obj\n" + page +
		"\nendobj\n4 0 obj\n<< /Subtype /Image /Width 9000 /Height 9000 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\nstream\nx\nendstream\nendobj\n" +
		"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
	res := scan(t, folder("ats/candidates.json", anwar, "resumes/anwar.pdf", file), 1)
	if got := noted(res); !strings.Contains(got, "resumes/anwar.pdf: pictures that were not looked at, because they are too large, or too many: 1\n") {
		t.Errorf("it is not said: %s", got)
	}
}

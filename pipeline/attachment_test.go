// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
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

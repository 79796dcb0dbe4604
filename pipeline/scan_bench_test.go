// SPDX-License-Identifier: Apache-2.0

package pipeline_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/detect/indicators"
	"daylight/enrich"
	"daylight/pipeline"
	"daylight/weigh"
)

// BenchmarkScan is what a company of 1,500 people waits for: their résumés, a
// third each PDF, DOCX and plain text, and 400,000 events, up to the last
// assessment, on all cores and on one.
func BenchmarkScan(b *testing.B) {
	const people, events = 1500, 400_000
	files := fstest.MapFS{"okta.jsonl": {Data: oktaLog(events, people)}, "people.csv": {Data: peopleCSV(people)}}
	for i := range people {
		lines := resumeLines(i)
		switch i % 3 {
		case 0:
			files[fmt.Sprintf("resumes/%d.pdf", i)] = &fstest.MapFile{Data: resumePDF(b, lines)}
		case 1:
			files[fmt.Sprintf("resumes/%d.docx", i)] = &fstest.MapFile{Data: resumeDOCX(b, lines)}
		case 2:
			files[fmt.Sprintf("resumes/%d.txt", i)] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
		}
	}
	tables, err := enrich.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{runtime.GOMAXPROCS(0), 1} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			cpu := cpuTime()
			for b.Loop() {
				res, err := pipeline.Scan(b.Context(), pipeline.Options{
					Files: files, Tables: tables, Catalog: indicators.Catalog(), Policy: weigh.DefaultPolicy(), Workers: workers,
				})
				if err != nil {
					b.Fatal(err)
				}
				read := 0
				for _, in := range res.Inputs {
					read += in.Records - in.Unattributed
				}
				if want := 2*people + events; len(res.Subjects) != people || read != want {
					b.Fatalf("%d people and %d records and events, want %d and %d; skipped %.3v", len(res.Subjects), read, people, want, res.Skipped)
				}
			}
			b.ReportMetric((cpuTime()-cpu).Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// resumeLines is a résumé of about 500 words in sentences of its own.
func resumeLines(person int) []string {
	rng := rand.New(rand.NewPCG(uint64(person), 11))
	pick := func(words string) string {
		all := strings.Fields(words)
		return all[rng.IntN(len(all))]
	}
	sentence := func() string {
		return fmt.Sprintf("%s the %s %s for %d %s in %s, so that %s %s the %s %s %s",
			pick("Built Rewrote Measured Moved Designed Taught Planned Repaired Replaced Led Tested Shipped"),
			pick("nightly regional handwritten forgotten second internal public seasonal remote shared"),
			pick("scheduler ledger parser gateway archive index timetable inventory dashboard forecast protocol register"),
			2+rng.IntN(900), pick("depots schools ferries kitchens clinics orchards libraries lighthouses mills ports"),
			pick("Odense Recife Pune Tallinn Accra Lyon Osaka Cusco Galway Izmir Halifax Dakar"),
			pick("drivers teachers growers nurses clerks captains cooks pupils"),
			pick("find share trust correct forecast order return compare"),
			pick("late lost small early spare broken urgent daily"),
			pick("parcels exams harvests doses tickets cargo meals books"), pick("sooner themselves together safely offline twice"))
	}
	lines := []string{
		fmt.Sprintf("Person %d", person), fmt.Sprintf("p%d@larkspur.example", person), "Columbus, Ohio", "", "Experience", "",
	}
	for job, year := 0, 2025; job < 4; job, year = job+1, year-3 {
		lines = append(lines, fmt.Sprintf("%s Works %d — Engineer", pick("Harbour Meadow Copper Lantern Granite Willow"), rng.IntN(400)),
			fmt.Sprintf("March %d – March %d", year-3, year))
		for range 5 {
			lines = append(lines, "• "+sentence())
		}
		lines = append(lines, "")
	}
	skills := []string{}
	for range 12 {
		skills = append(skills, pick("Go Python Java Kotlin Rust SQL Kafka Redis Terraform Linux Docker Kubernetes React Swift Scala Ansible Spark Hadoop Grafana Jenkins"))
	}
	return append(lines, "Skills", strings.Join(skills, ", "))
}

// resumePDF sets the lines in a compressed PDF of one font.
func resumePDF(b *testing.B, lines []string) []byte {
	b.Helper()
	var text strings.Builder
	text.WriteString("BT /F1 9 Tf 12 TL 40 800 Td\n")
	escape := strings.NewReplacer("—", "-", "–", "-", "•", "-", "(", `\(`, ")", `\)`)
	for _, l := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", escape.Replace(l))
	}
	text.WriteString("ET")
	var content bytes.Buffer
	z := zlib.NewWriter(&content)
	if _, err := z.Write([]byte(text.String())); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", content.Len(), content.Bytes()),
	} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}

// resumeDOCX sets the lines as paragraphs of a Word document.
func resumeDOCX(b *testing.B, lines []string) []byte {
	b.Helper()
	var body strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&body, `<w:p><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, l)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`},
		{"word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body.String() + `</w:body></w:document>`},
	} {
		f, err := z.Create(part[0])
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Write([]byte(part[1])); err != nil {
			b.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

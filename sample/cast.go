// SPDX-License-Identifier: Apache-2.0

package sample

import "time"

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 9, 0, 0, 0, time.UTC) }

// Addresses with a story; places.go says what each is.
const (
	farmHome    = "198.51.100.200" // one home line, three company laptops
	coworkSpace = "198.51.100.201"
	coupleHome  = "198.51.100.202"
	studentHome = "198.51.100.203"
	officeLine  = "192.0.2.10"   // the company's own egress
	vpnOne      = "203.0.113.10" // commercial VPN exits
	vpnTwo      = "203.0.113.11"
	hostingOne  = "203.0.113.30"
	farAway     = "203.0.113.60" // a home line on another continent
	nomadStay   = "203.0.113.61"
	mobileLine  = "203.0.113.90"
)

const farmZone = "Asia/Manila" // UTC+8: any zone half a day away would do

// cast lists the people. The first part is not what it claims to be; the second
// is genuine and hard; the third is genuine and plain.
func cast() []person {
	h25, h26 := day(2025, 9, 15), day(2026, 2, 9)
	return []person{
		// Four applicants of one team: one stock of résumé text, one rented
		// connection, two of them one phone.
		{id: "c-101", given: "Oliver", family: "Sampleworth", deceptive: true, note: "applicant ring", town: "leeds", resume: "pdf", stock: "ring", applyIP: hostingOne, applied: day(2026, 4, 14), req: "REQ-204", phone: "+441134960071"},
		{id: "c-102", given: "Thandeka", family: "Isibonelo", deceptive: true, note: "applicant ring", town: "austin", resume: "docx", stock: "ring", applyIP: hostingOne, applied: day(2026, 4, 14).Add(40 * time.Minute), req: "REQ-204", phone: "+441134960071"},
		{id: "c-103", given: "Mateo", family: "Ejemplar", deceptive: true, note: "applicant ring", town: "montevideo", resume: "pdf", stock: "ring", applyIP: hostingOne, applied: day(2026, 4, 14).Add(95 * time.Minute), req: "REQ-207"},
		{id: "c-104", given: "Kaito", family: "Mihon", deceptive: true, note: "applicant ring", town: "boise", resume: "txt", stock: "ring", applyIP: vpnOne, applied: day(2026, 4, 15), req: "REQ-204"},
		// One applicant under a borrowed identity.
		{id: "c-110", given: "Greta", family: "Musterfrau", deceptive: true, note: "borrowed identity", town: "columbus", resume: "html", stock: "impossible", applyIP: vpnTwo, applied: day(2026, 3, 30), req: "REQ-211"},
		// Three workers whose laptops stand in one house and whose hands are elsewhere.
		{id: "w-201", given: "Anwar", family: "Mithal", worker: true, deceptive: true, note: "laptop farm", town: "columbus", hired: h26, ip: farmHome, handsZone: farmZone, start: 8.5, end: 18.5, resume: "pdf", account: "XX77 LARK 0000 9090 4141"},
		{id: "w-202", given: "Siobhán", family: "Sampla", worker: true, deceptive: true, note: "laptop farm", town: "austin", hired: h26, ip: farmHome, handsZone: farmZone, start: 8.2, end: 18.1, resume: "docx", account: "XX77 LARK 0000 9090 4141", holder: "Anwar Mithal"},
		{id: "w-203", given: "Joaquim", family: "Exemplar", worker: true, deceptive: true, note: "laptop farm", town: "columbus", hired: day(2026, 2, 16), ip: farmHome, handsZone: farmZone, start: 9.1, end: 18.9, resume: "md"},
		// One worker who sent a stand-in to the interview and works from far behind a VPN.
		{id: "w-210", given: "Linnea", family: "Provsson", worker: true, deceptive: true, note: "stand-in at the interview", town: "halifax", hired: h26, ip: vpnTwo, extraIPs: []string{farAway}, handsZone: "Asia/Dhaka", start: 9, end: 18, resume: "pdf"},

		// Genuine and hard (method §10).
		{id: "w-301", given: "Ngozi", family: "Ihe-atu", worker: true, note: "night owl", town: "leeds", hired: h25, start: 13.5, end: 22.8, resume: "pdf"},
		{id: "w-302", given: "Paolo", family: "Esempio", worker: true, note: "parent with split hours", town: "porto", hired: h25, start: 7, end: 11.8, second: [2]float64{19, 22.5}, resume: "docx"},
		{id: "w-303", given: "Aroha", family: "Tauira", worker: true, note: "nomad who told HR", town: "christchurch", hired: h25, extraIPs: []string{nomadStay}, absence: "2026-03-16/2026-04-17@Porto, PT", resume: "md"},
		{id: "w-304", given: "Bilal", family: "Namuna", worker: true, note: "behind the company's VPN", town: "pune", hired: h25, ip: officeLine, resume: "txt"},
		{id: "w-305", given: "Freja", family: "Eksempelsen", worker: true, note: "privacy VPN all year", town: "tallinn", hired: h25, ip: vpnOne, resume: "pdf"},
		{id: "w-306", given: "Chen", family: "Yangli", worker: true, note: "couple at one address", town: "boise", hired: h25, ip: coupleHome, street: "5 Shared Porch Road", account: "XX20 LARK 0000 5151 6262", relation: "household:w-307", resume: "docx"},
		{id: "w-307", given: "Rosa", family: "Ejemplo", worker: true, note: "couple at one address", town: "boise", hired: h25, ip: coupleHome, street: "5 Shared Porch Road", account: "XX20 LARK 0000 5151 6262", holder: "Chen Yangli", relation: "household:w-306", resume: "txt"},
		{id: "w-308", given: "Wanjiru", family: "Mfano", worker: true, note: "co-working space", town: "nairobi", hired: h25, ip: coworkSpace, relation: "coworking:Fixture Works", resume: "pdf"},
		{id: "w-309", given: "Kofi", family: "Nhwɛso", worker: true, note: "co-working space", town: "nairobi", hired: h25, ip: coworkSpace, relation: "coworking:Fixture Works", email: "kofi.nhweso@mail3.example", resume: "txt"},
		{id: "w-310", given: "Amani", family: "Kielelezo", worker: true, note: "co-working space", town: "nairobi", hired: h26, ip: coworkSpace, relation: "coworking:Fixture Works", resume: "md"},
		{id: "w-311", given: "Zsófia", family: "Példa", worker: true, note: "co-working space", town: "nairobi", hired: h26, ip: coworkSpace, relation: "coworking:Fixture Works", resume: "docx"},
		{id: "c-312", given: "Minh", family: "Vídụ", note: "student house", town: "krakow", street: "44 Dormitory Row", applyIP: studentHome, resume: "pdf", email: "minh.vidu@mail1.example"},
		{id: "c-313", given: "Zofia", family: "Przykład", note: "student house", town: "krakow", street: "44 Dormitory Row", applyIP: studentHome, resume: "docx", email: "zofia.przyklad@mail2.example"},
		{id: "c-314", given: "Dylan", family: "Enghraifft", note: "re-applied", town: "leeds", resume: "pdf", stock: "dylan", applied: day(2025, 10, 6), email: "dylan.enghraifft@mail4.example", phone: "+441134960055"},
		{id: "c-315", given: "Dylan", family: "Enghraifft", note: "re-applied", town: "leeds", resume: "docx", stock: "dylan", applied: day(2026, 4, 2), email: "dylan.enghraifft@mail4.example", phone: "+441134960055", street: "102 Sample Street"},
		{id: "c-316", given: "Priya", family: "Udaharan", note: "same agency and template", town: "pune", agency: "Template Talent", relation: "agency:Template Talent", resume: "docx", stock: "agency-a"},
		{id: "c-317", given: "Tomasz", family: "Próbka", note: "same agency and template", town: "krakow", agency: "Template Talent", relation: "agency:Template Talent", resume: "docx", stock: "agency-b"},
		{id: "c-321", given: "Maria", family: "Exemplo", note: "twin of a name", town: "porto", resume: "pdf"},
		{id: "c-322", given: "Maria", family: "Exemplo", note: "twin of a name", town: "accra", resume: "txt"},
		{id: "c-323", given: "Selam", family: "Misale", note: "short history, new phone", town: "accra", resume: "md", stock: "short"},
		{id: "c-324", given: "Hamish", family: "Eisimpleir", note: "poor camera, rural line", town: "halifax", resume: "txt"},
		{id: "c-325", given: "Leilani", family: "Laana", note: "declines video, accommodated", town: "boise", accommod: "yes", resume: "pdf"},
		{id: "w-326", given: "Dana", family: "Dugma", worker: true, note: "military base, forwarding address", town: "columbus", hired: h25, street: "PSC 4, Box 1234", protected: "yes", resume: "docx"},
		{id: "w-327", given: "Emre", family: "Örnek", worker: true, note: "moved and changed bank in one month", town: "tallinn", hired: h25, resume: "pdf"},
		{id: "c-328", given: "Yuki", family: "Rei", note: "private code history", town: "osaka", resume: "md"},
		{id: "c-329", given: "Noor", family: "Voorbeeld", note: "plus-tag in the address", town: "austin", email: "noor.voorbeeld+jobs@mail0.example", resume: "html"},

		// Genuine and plain.
		{id: "w-401", given: "Adaora", family: "Testerly", worker: true, town: "accra", hired: h25, resume: "pdf"},
		{id: "w-402", given: "Bruno", family: "Amostra", worker: true, town: "montevideo", hired: h25, resume: "docx"},
		{id: "w-403", given: "Clara", family: "Beispiel", worker: true, town: "krakow", hired: h25, resume: "txt"},
		{id: "w-404", given: "Dev", family: "Udahran", worker: true, town: "pune", hired: h26, resume: "md"},
		{id: "w-405", given: "Eun-ji", family: "Yesi", worker: true, town: "osaka", hired: h25, resume: "pdf"},
		{id: "w-406", given: "Farid", family: "Nemune", worker: true, town: "austin", hired: h26, extraIPs: []string{mobileLine}, resume: "html"},
		{id: "w-407", given: "Hana", family: "Ukázka", worker: true, town: "leeds", hired: h25, resume: "docx"},
		{id: "w-408", given: "Isaac", family: "Specimen", worker: true, town: "boise", hired: h26, left: day(2026, 4, 10), resume: "txt"},
		{id: "c-409", given: "Julie", family: "Exemple", town: "halifax", resume: "json"},
		{id: "c-410", given: "Kwame", family: "Hwɛso", town: "accra", email: "kwame.hweso@mail0.example", resume: "pdf"},
		{id: "c-411", given: "Lea", family: "Primjer", town: "porto", resume: "docx"},
		{id: "c-412", given: "Mikko", family: "Esimerkki", town: "tallinn", resume: "txt"},
	}
}

// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"html"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"daylight/checkin"
	"daylight/texts"
)

// announced are parts of a check-in, and the words that announce them: on the page before
// the person agrees, in each language, and in docs/privacy.md.
type announced struct {
	parts       string // separated by spaces; "X." is everything of X
	en, ar, doc string
}

// toldBefore are the words for each part of [checkin.CheckIn] that is of the person. One part
// may need several: an outcome is one of five words.
var toldBefore = []announced{
	{"Agreed", "When you agree", "وقت موافقتك", "when the person agreed"},
	{"Steps.Asked", "when each thing is asked", "ووقت طلب كل شيء منك", "when each step was asked"},
	{"Steps.Answered", "when you answer it", "ووقت إجابتك عنه", "and answered"},
	{"Ended", "when you hand it in", "ووقت التسليم", "when it was handed in"},
	{"More", "How many times you ask for more time", "وكم مرة تطلب مزيدًا من الوقت", "how often more time was asked for"},
	{"Steps.Outcome", "What came of each thing", "ما نتج عن كل شيء", "what came of each step"},
	{"Steps.Outcome=" + checkin.Done, "it was done", "تمّ", "what came of each step: done"},
	{"Steps.Outcome=" + checkin.Skipped, "it was skipped", "أو تخطّيته", "skipped"},
	{"Steps.Outcome=" + checkin.Denied, "the camera was not allowed", "لم يُسمح بالكاميرا", "the camera not allowed"},
	{"Steps.Outcome=" + checkin.Missing, "there is no camera", "لا توجد كاميرا", "no camera"},
	{"Steps.Outcome=" + checkin.Failed, "or it did not work", "أو لم ينجح", "or it did not work"},
	{"Camera", "the name of the camera", "اسم الكاميرا", "the name that the browser gives the camera"},
	{"Camera", "if it is a program or a device that passes pictures on", "هل هي برنامج أو جهاز يمرّر الصور", "programs and devices that pass pictures on"},
	{"Steps.Light.Mean", "how bright the picture is", "مقدار سطوع الصورة", "how bright the picture is"},
	{"Steps.Light.Red Steps.Light.Green Steps.Light.Blue", "what colour", "ولونها", "of what colour"},
	{"Steps.Light.White Steps.Light.Black", "how much of it is nearly white or nearly black", "وكم منها قريب من الأبيض أو قريب من الأسود", "nearly white or nearly black"},
	{"Steps.Still", "One picture of each of these things. It is taken when you press the button.", "صورة واحدة لكل من هذه الأشياء. تُلتقط عندما تضغط الزر.", "one picture of each"},
	{"Steps.Still", "Two people may compare these pictures with pictures of other rounds, and note if it is the same person", "قد يقارن شخصان هذه الصور بصور من جولات أخرى، ويدوّنان هل هو الشخص نفسه", "for two people to compare with pictures of other rounds and to note whether it is the same person"},
	{"Steps.Seen.", "We measure the light in it as well", "ونقيس الضوء فيها أيضًا", "the same measures of its light"},
	{"Typing.Least Typing.Median Typing.Most", "How fast you type twelve digits: the times between them", "سرعة كتابتك لاثني عشر رقمًا: الأوقات بين الأرقام", "how long it took between twelve digits"},
	{"Typing.N", "how many of these times there are", "وعدد هذه الأوقات", "how many of these times there are"},
	{"Typing.Right", "if the digits were right", "وهل كانت الأرقام صحيحة", "whether they were the right ones"},
	{"From", "The address of your internet line", "عنوان خط الإنترنت لديك", "the address the browser comes from"},
	{"Net.Operator Net.AS", "who runs the line", "من يشغّل الخط", "the operator of its line"},
	{"Net.Class", "what kind of line it is", "ونوع الخط", "the kind and the operator of its line"},
	{"Net.Country Net.Region Net.City Net.HasPoint Net.Lat Net.Lon Net.RadiusKM", "roughly where it is", "ومكانه تقريبًا", "with the place, its time zone"},
	{"Net.Zone", "the time zone there", "والمنطقة الزمنية هناك", "its time zone"},
	{"Net.Table", "which table says so", "وأي جدول يقول ذلك", "which table says so"},
	{"Path.Transport Path.Why Path.Rounds Path.Least Path.Lower Path.Median Path.Upper", "How long the way to your device takes", "والوقت الذي يستغرقه الطريق إلى جهازك", "how long a round trip to the browser takes"},
	{"Tries", "how many times we measured it", "وكم مرة قسناه", "how many times it was measured"},
	{"Path.Clock", "The clock and", "وساعة جهازك", "the clock and"},
	{"Zone", "the time zone of your device", "ومنطقته الزمنية", "the time zone of the device"},
	{"Ways.Path. Ways.From.Name", "We also measure the way from these places of ours", "ونقيس الطريق أيضًا من هذه الأماكن التابعة لنا", "from each further place that the page names"},
	{"Ways.Addr Ways.Path.Clock", "note the address and the clock as seen from there", "ونسجّل العنوان والساعة كما يُريان من هناك", "with the address seen there"},
	{"Readings.", "what a person noted", "وما دوّنه إنسان", "what a person wrote down who looked"},
}

// ofOurs are the parts that tell nothing of the person, or that they write themselves,
// each with why.
var ofOurs = map[string]string{
	"ID": "a number of ours", "Handle": "whose it is", "By": "who invited", "Plan.": "what is asked", "Texts": "what they were told",
	"Made": "when the link was made", "Until": "how long it works", "State": "how far it came", "Seed": "what the order was drawn from",
	"FollowUp": "what it is asked for", "Deadline": "how much time there is", "Words": "what they write in a field of its own",
	"Steps.Kind": "what was asked", "Steps.Drawn": "what was asked",
	"Ways.From.Lat": notShown["Ways.From.Lat"], "Ways.From.Lon": notShown["Ways.From.Lon"], "Ways.From.RadiusKM": notShown["Ways.From.RadiusKM"], "Ways.From.URL": notShown["Ways.From.URL"],
}

// among reports whether a list of parts, as [announced] has it, holds one.
func among(parts, part string) bool {
	return slices.ContainsFunc(strings.Fields(parts), func(p string) bool {
		return p == part || strings.HasSuffix(p, ".") && strings.HasPrefix(part, p)
	})
}

// beforehand is the page before agreeing, in a language, with all that a plan can ask.
func beforehand(t *testing.T, code string) string {
	t.Helper()
	as, err := readAssets()
	if err != nil {
		t.Fatal(err)
	}
	all, err := readPages(as, func(id string) string { return id })
	if err != nil {
		t.Fatal(err)
	}
	c := &checkin.CheckIn{State: checkin.Invited, Plan: checkin.Plan{Asked: checkin.Challenges(), StillDays: 7, Typed: true, Connection: true, Answer: 48, Box: 15}}
	var page bytes.Buffer
	v := &checkinView{Texts: texts.In(code), CheckIn: c, Stills: true, Places: "the office"}
	if err := all["checkin"].ExecuteTemplate(&page, "layout", view{Data: v}); err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(page.String())
}

// TestToldBeforehand holds that each part of what a check-in keeps of a person is named
// on the page that they agree on, in each language, and in docs/privacy.md.
func TestToldBeforehand(t *testing.T) {
	privacy, err := os.ReadFile("../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, doc, _ := strings.Cut(string(privacy), "## What a check-in measures")
	doc, _, _ = strings.Cut(doc, "\n## ")
	pages := map[string]string{"docs/privacy.md": doc}
	for _, l := range texts.Languages() {
		pages[l.Code] = beforehand(t, l.Code)
	}
	for _, a := range toldBefore {
		words := map[string]string{"en": a.en, "ar": a.ar, "docs/privacy.md": a.doc}
		for where, page := range pages {
			if words[where] == "" || !strings.Contains(page, words[where]) {
				t.Errorf("%s does not announce %s: it lacks %q", where, a.parts, words[where])
			}
		}
	}
	parts := declared(reflect.TypeFor[checkin.Collected](), "")
	for f := range reflect.TypeFor[checkin.CheckIn]().Fields() {
		if f.IsExported() && !f.Anonymous {
			maps.Copy(parts, declared(f.Type, f.Name))
		}
	}
	for _, outcome := range []string{checkin.Done, checkin.Skipped, checkin.Denied, checkin.Missing, checkin.Failed} {
		parts["Steps.Outcome="+outcome] = true
	}
	for part := range parts {
		is := slices.ContainsFunc(toldBefore, func(a announced) bool { return among(a.parts, part) })
		exempt := slices.ContainsFunc(slices.Collect(maps.Keys(ofOurs)), func(p string) bool { return among(p, part) })
		if is == exempt {
			t.Errorf("%s is announced: %v, and is of ours: %v", part, is, exempt)
		}
	}
	for _, a := range toldBefore {
		for p := range strings.FieldsSeq(a.parts) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(parts)), func(part string) bool { return among(p, part) }) {
				t.Errorf("%s is announced, and there is no such thing", p)
			}
		}
	}
	for p := range ofOurs {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(parts)), func(part string) bool { return among(p, part) }) {
			t.Errorf("%s is left out, and there is no such thing", p)
		}
	}
}

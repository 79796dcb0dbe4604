// SPDX-License-Identifier: Apache-2.0

package document

import "strings"

// What is said of a picture that says how it was made and by no name.
const (
	unnamedGenerator = "a generator (IPTC trainedAlgorithmicMedia)"
	unnamedEditor    = "software that keeps a record of its edits (C2PA)"
)

// tools are programs that make and change documents and pictures, by what they write of
// themselves into files. One whose name has another's in it comes first.
var tools = []string{
	unnamedGenerator, unnamedEditor,
	"Stable Diffusion", "Midjourney", "DALL-E", "DALL·E", "Adobe Firefly", "Firefly", "ComfyUI", "Automatic1111", "NovelAI", "OpenAI", "GPT-4o", "Imagen", "Google AI", "Bing Image Creator", "FLUX.1", "Leonardo.ai", "InvokeAI", "StyleGAN", "thispersondoesnotexist",
	"Adobe Photoshop", "Photoshop", "GIMP", "Affinity Photo", "Pixelmator", "Paint.NET", "PicsArt", "Snapseed", "Facetune", "FaceApp", "Canva", "Pixlr", "Photopea", "CorelDRAW", "Inkscape", "Adobe Illustrator",
	"Adobe Acrobat", "Adobe InDesign", "Adobe PDF Library", "Acrobat Distiller", "Microsoft Office Word", "Microsoft Word", "Microsoft Print To PDF", "LibreOffice", "OpenOffice", "Google Docs", "Skia/PDF", "Chromium", "Quartz PDFContext", "Ghostscript", "pdfTeX", "XeTeX", "LuaTeX", "wkhtmltopdf", "iText", "ReportLab", "Apache FOP", "PDFium",
}

// KnownTool is the name of a well-known program that stands in what a file says of its
// making, spelt as it is here; "" for none. The rest of it is whatever somebody wrote there,
// which may be a person's name.
func KnownTool(said string) string {
	said = strings.ToLower(strings.NewReplacer("®", "", "™", "").Replace(said))
	for _, t := range tools {
		if strings.Contains(said, strings.ToLower(t)) {
			return t
		}
	}
	return ""
}

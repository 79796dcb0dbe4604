// SPDX-License-Identifier: Apache-2.0

package sample

import "daylight/sample/paper"

func (v cv) about() paper.About {
	return paper.About{Author: v.author, DocumentID: v.docID, SaveIDs: v.saveIDs, Template: v.template, Created: v.createdAt}
}

// pdf writes the résumé as PDF.
func (v cv) pdf() []byte { return paper.PDF(v.plain(false), v.about()) }

// docx writes the résumé as a Word document.
func (v cv) docx() ([]byte, error) { return paper.DOCX(v.plain(false), v.about()) }

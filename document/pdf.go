// SPDX-License-Identifier: Apache-2.0

package document

func (d *Document) readPDF([]byte) error { return ErrUnknown }

// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"daylight/intake"
	"daylight/record"
	"daylight/store"
)

func sendRoutes() []route {
	return []route{
		{pattern: "GET /sources/send", acts: "show the form by which exports are sent in", roles: administrators, handle: (*Server).sendPage},
		{
			pattern: "POST /sources/send", acts: "take in the files of a form; acknowledged when they are on disk", recorded: true,
			roles: administrators, limit: intake.MaxBody, streams: true, handle: (*Server).send,
		},
	}
}

// consoleSource is the source of what people send in by the form. It is the same for
// everybody, so that a file that a second person sends is known; who sent what is in the
// audit log.
const consoleSource = "console"

// sendView is the form, and what became of the files that it brought.
type sendView struct {
	Open   bool // input is taken in here
	MaxGB  int
	Most   int // files in one form
	Folder string
	Files  []sentFile
	Taken  int // of the files
	Wrong  string
}

// sentFile is one file of a form, and what became of it.
type sentFile struct {
	Name    string // as it was sent, cut where it is long
	Receipt string
	Known   bool // it came before, and is not read again
	Size    string
	Wrong   string // why it was not taken in; "" if it was
}

// Refused is how many of the files were not taken in.
func (v *sendView) Refused() int { return len(v.Files) - v.Taken }

func (s *Server) sendView() *sendView {
	return &sendView{Open: s.Intake != nil, MaxGB: intake.MaxBody >> 30, Most: maxIngestParts}
}

func (s *Server) sendPage(x *exchange) error { return x.page("sources/send", s.sendView()) }

// send takes in the files of a form as they come, each in a transaction with its entry
// in the audit log, and says of each what became of it.
func (s *Server) send(x *exchange) error {
	if s.Intake == nil {
		return fmt.Errorf("send files: %w", errNoIntake)
	}
	v := s.sendView()
	if x.parts != nil { // else the form holds no file
		if err := v.take(s, x); err != nil {
			return err
		}
	}
	if len(v.Files) == 0 && v.Wrong == "" {
		v.Wrong = "Choose a file."
	}
	if v.Wrong != "" || v.Refused() > 0 {
		return x.again("sources/send", v)
	}
	return x.page("sources/send", v)
}

// take reads the form to its end, or to what cannot be taken in.
func (v *sendView) take(s *Server, x *exchange) error {
	for {
		p, err := nextPart(x.parts)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errTooLarge):
			v.Wrong = fmt.Sprintf("More than %d GB came at once. What follows the files below was not taken in: send it again in smaller parts.", v.MaxGB)
			return nil
		case err != nil:
			return fmt.Errorf("send files: %w", err)
		}
		switch p.FormName() {
		case "folder":
			if v.Folder, err = fieldOf(p); err != nil {
				return fmt.Errorf("send files: %w", err)
			}
			v.Folder = strings.TrimSpace(v.Folder)
		case "file":
			if p.FileName() == "" { // none was chosen
				continue
			}
			if len(v.Files) == v.Most {
				v.Wrong = fmt.Sprintf("More than %d files came at once. What follows the files below was not taken in: send it again.", v.Most)
				return nil
			}
			more, err := v.file(s, x, p)
			if err != nil || !more {
				return err
			}
		default:
			return fmt.Errorf("send files: %w", errBadRequest)
		}
	}
}

// file takes in one file, and reports whether those after it are to be read.
func (v *sendView) file(s *Server, x *exchange, p *multipart.Part) (more bool, err error) {
	name := p.FileName() // its last element: no path of the sender's
	name = name[strings.LastIndexByte(name, '\\')+1:]
	f := sentFile{Name: shortened(name)}
	at := path.Join(v.Folder, name)
	if name == "" || strings.Trim(name, "./") == "" || !utf8.ValidString(at) || record.Unseen(at) >= 0 {
		err = intake.ErrPath
	} else {
		var r intake.Receipt
		r, err = s.receive(x, consoleSource, at, p, x.sent)
		f.Receipt, f.Known, f.Size = r.ID, r.Known, sizeWords(int(r.Size))
	}
	switch {
	case err == nil:
		v.Taken++
		more = true
	case errors.Is(err, intake.ErrPath):
		f.Wrong, more = "Its name, with the folder, is longer than 1,024 bytes or holds characters that do not show. Rename it and send it again.", true
	case errors.Is(err, intake.ErrBusy):
		f.Wrong = "Too much waits to be read. Send it, and what comes after it, again later."
	case errors.Is(err, errTooLarge), errors.Is(err, intake.ErrTooLarge):
		f.Wrong = fmt.Sprintf("With it, more than %d GB came at once. Send it, and what comes after it, again in smaller parts.", v.MaxGB)
	default:
		return false, fmt.Errorf("send files: %w", err)
	}
	v.Files = append(v.Files, f)
	return more, nil
}

// sent records that somebody sent a file in. Its name may be a person's, and is not in
// the log.
func (x *exchange) sent(w store.Writer, r intake.Receipt) error {
	detail := map[string]string{"bytes": strconv.FormatInt(r.Size, 10)}
	if r.Known {
		detail["known"] = "yes"
	}
	return x.enter(w, "source.send", r.ID, detail)
}

// shortened is a name as far as a line of a table holds it.
func shortened(name string) string {
	const most = 80 // characters
	if all := []rune(name); len(all) > most {
		return string(all[:most]) + "…"
	}
	return name
}

// fieldOf is the value of a field of a form that is read as it comes.
func fieldOf(p *multipart.Part) (string, error) {
	const most = 1024 // bytes
	value, err := io.ReadAll(io.LimitReader(p, most+1))
	if err != nil || len(value) > most {
		return "", fmt.Errorf("read the form: %w", errBadRequest)
	}
	return string(value), nil
}
